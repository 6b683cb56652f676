"""Measures `run_part` beside the bare core, round by round."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from itertools import cycle, islice
from pathlib import Path
from statistics import median

from benchmarks.bulk.bulk_results import WorkFigures
from benchmarks.bulk.job_files import write_rows
from benchmarks.bulk.row_kinds import RowKind
from windvane.inference.classifier import Classifier
from windvane.jobs.folder_storage import FolderStorage
from windvane.jobs.job import Job
from windvane.jobs.planning import PlanLimits, PlannedJob, make_plan
from windvane.jobs.working import run_part

WARM_UP_TEXTS = 100


@dataclass(frozen=True)
class Timed:
    """CPU seconds of the process, all threads, and seconds by the clock."""

    cpu: float
    clock: float


def time_call(call: Callable[[], object]) -> Timed:
    """Time a call."""
    cpu, clock = time.process_time(), time.perf_counter()
    call()
    return Timed(time.process_time() - cpu, time.perf_counter() - clock)


def plan_file(
    path: Path, output: Path, job_id: str, part_bytes: int | None = None, *, join: bool = False
) -> PlannedJob:
    """Plan a job over one file."""
    job = Job(input=str(path), output=str(output), join=join)
    return make_plan(job, job_id, FolderStorage(), "bundle", PlanLimits(part_bytes=part_bytes))


def measure_work(
    kind: RowKind, classifier: Classifier, folder: Path, *, rows: int, rounds: int
) -> WorkFigures:
    """Measure one kind of rows; each round runs both, so that other work disturbs both alike."""
    path = write_rows(folder / f"{kind.title}.jsonl", kind.to_jsonl(), rows)
    planned = plan_file(path, folder / "out", kind.title.replace(" ", "-"), path.stat().st_size)
    [part] = planned.parts
    texts = list(islice(cycle(kind.texts), rows))
    classifier.classify(texts[:WARM_UP_TEXTS])

    def work() -> None:
        run_part(planned.plan.folder, part, FolderStorage(), lambda _: classifier)

    def run_core() -> None:
        classifier.classify(texts)

    core: list[Timed] = []
    worked: list[Timed] = []
    for number in range(rounds):
        calls = [(core, run_core), (worked, work)]
        for times, call in calls if number % 2 else reversed(calls):
            times.append(time_call(call))
    ratios = [bare.cpu / whole.cpu for bare, whole in zip(core, worked, strict=True)]
    return WorkFigures(
        kind=kind.title,
        rows=rows,
        core_ms=round(median(timed.cpu for timed in core) / rows * 1e3, 4),
        work_ms=round(median(timed.cpu for timed in worked) / rows * 1e3, 4),
        ratio=round(median(ratios), 3),
        lowest_ratio=round(min(ratios), 3),
        highest_ratio=round(max(ratios), 3),
        rows_per_second=round(rows / median(timed.clock for timed in worked), 1),
    )
