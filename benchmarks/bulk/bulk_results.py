"""The figures of a run of ``make bench-bulk``, and their JSON."""

from pathlib import Path
from typing import Any

import msgspec

from benchmarks.paths import RESULTS_FOLDER

RESULTS_FILE = RESULTS_FOLDER / "bulk.json"


class WorkFigures(msgspec.Struct, frozen=True, kw_only=True):
    """Work on rows of a kind beside the bare core, on the same texts.

    Attributes:
        kind: Title of the kind of rows.
        rows: Rows of a round.
        core_ms: Milliseconds of CPU that the bare core takes for a text: median of the rounds.
        work_ms: Those that `run_part` takes for a row, reading and writing included.
        ratio: The bare core's by those of `run_part`: median of the rounds.
        lowest_ratio: Of the rounds.
        highest_ratio: Of the rounds.
        rows_per_second: Rows of `run_part` by the clock: median of the rounds.
    """

    kind: str
    rows: int
    core_ms: float
    work_ms: float
    ratio: float
    lowest_ratio: float
    highest_ratio: float
    rows_per_second: float


class FileFigures(msgspec.Struct, frozen=True, kw_only=True):
    """What is done with whole files, without the model, in MB or rows a second of CPU.

    Attributes:
        plan_mb: MB of the file that is planned.
        plan_seconds: CPU seconds of planning, by format.
        plan_parts: Its parts, by format.
        join_mb_per_second: MB of results that are joined, by format.
        archive_rows_per_second: Rows of Comprehend's layout.
    """

    plan_mb: float
    plan_seconds: dict[str, float]
    plan_parts: dict[str, int]
    join_mb_per_second: dict[str, float]
    archive_rows_per_second: float


class BulkRun(msgspec.Struct, frozen=True, kw_only=True):
    """One run.

    Attributes:
        machine: The machine.
        rounds: Rounds of `WorkFigures`.
        work: By kind of rows.
        files: Of planning and finishing.
        peak_memory_mb: Of a process that runs a whole job as one part, by its rows.
    """

    machine: dict[str, Any]
    rounds: int
    work: list[WorkFigures]
    files: FileFigures
    peak_memory_mb: dict[int, float]

    def find_work(self, kind: str) -> WorkFigures:
        """Return the figures of a kind of rows."""
        return next(figures for figures in self.work if figures.kind == kind)


def read_run(path: Path = RESULTS_FILE) -> BulkRun:
    """Read a stored run."""
    return msgspec.json.decode(path.read_bytes(), type=BulkRun)
