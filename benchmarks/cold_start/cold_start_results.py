"""Results of cold starts, in ``benchmarks/results/cold/<family>.json``, and their table."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec

from benchmarks.command_line import write_json
from benchmarks.paths import RESULTS_FOLDER
from benchmarks.table import Cell, Table, show_number

COLD_FOLDER = RESULTS_FOLDER / "cold"
FLOOR, OURS = "floor: onnxruntime and the session", "Windvane"
PARTS = {
    "runtime": "runtime",
    "imports": "imports",
    "bundle": "(bundle)",
    "classifier": "(session)",
    "waiting": "waiting for it",
    "first_run": "first run",
    "log": "log",
}


@dataclass(frozen=True, kw_only=True)
class ColdStart:
    """One start, or the median of several, in milliseconds.

    Attributes:
        total: From sending the event to the response; the process starts in between.
        runtime: Interpreter and runtime client: the total without the parts below.
        imports: Imports of the function.
        bundle: Fetching and verifying the bundle, during the imports.
        classifier: Opening tokenizer and session, during the imports.
        waiting: Time left to wait for bundle and classifier after the imports.
        first_run: The first text through the model.
        log: The first result recorded.
    """

    total: float
    runtime: float | None = None
    imports: float | None = None
    bundle: float | None = None
    classifier: float | None = None
    waiting: float | None = None
    first_run: float | None = None
    log: float | None = None


@dataclass(frozen=True, kw_only=True)
class ColdResults:
    """One run; the floor is the first row.

    Attributes:
        machine: The machine of the run.
        rounds: Starts that each figure is the median of.
        warm: Starts with everything in the page cache, by row.
        cold: Starts that read from disk, by row; empty where the cache could not be dropped.
        flask_ms: The tutorials' Flask app, from the start of the process to the first response.
    """

    machine: dict[str, Any]
    rounds: int
    warm: Mapping[str, ColdStart]
    cold: Mapping[str, ColdStart]
    flask_ms: float | None


def build_table(results: ColdResults) -> Table:
    """Build the table, with the ratio of each start to the floor's."""
    (floor, *_) = results.warm.values()
    headers = ["ms", "start to first response", "floor", *PARTS.values(), "from disk"]
    rows = []
    for title, start in results.warm.items():
        cold = results.cold.get(title)
        parts = [show_number(getattr(start, part)) for part in PARTS]
        total = [show_number(start.total), f"{start.total / floor.total:.2f}x"]
        rows.append([title, *total, *parts, show_number(cold.total if cold else None)])
    if results.flask_ms is not None:
        flask = [show_number(results.flask_ms), f"{results.flask_ms / floor.total:.1f}x"]
        missing = [show_number(None)] * (len(PARTS) + 1)
        rows.append(["Flask + transformers pipeline", *flask, *missing])
    return Table(headers, [[Cell(text) for text in row] for row in rows])


def write_cold_results(results: ColdResults, folder: Path = COLD_FOLDER) -> Path:
    """Write the file of the machine's processor family."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{results.machine['family']}.json"
    write_json(path, results)
    return path


def read_cold_results(folder: Path = COLD_FOLDER) -> dict[str, ColdResults]:
    """Read the results of every family that was measured."""
    return {
        path.stem: msgspec.json.decode(path.read_bytes(), type=ColdResults)
        for path in sorted(folder.glob("*.json"))
    }
