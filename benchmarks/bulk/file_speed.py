"""Measures what plan and finish do with whole files, without the model."""

from functools import partial
from pathlib import Path
from statistics import median

import msgspec

from benchmarks.bulk.bulk_results import FileFigures
from benchmarks.bulk.instant_model import open_instant_model
from benchmarks.bulk.job_files import write_inputs
from benchmarks.bulk.row_kinds import TWEETS
from benchmarks.bulk.work_speed import plan_file, time_call
from windvane.jobs.finishing import finish_job
from windvane.jobs.folder_storage import FolderStorage
from windvane.jobs.job import OutputFormat
from windvane.jobs.plan import PLAN_FILE
from windvane.jobs.planning import PlannedJob
from windvane.jobs.summaries import PartSummary
from windvane.jobs.working import run_part

JOINED_FORMATS: tuple[OutputFormat, ...] = ("jsonl", "csv")
MB = 1e6


def measure_files(
    folder: Path, *, planned_rows: int, finished_rows: int, rounds: int
) -> FileFigures:
    """Measure planning of a large file, and the end of a job over a smaller one."""
    (folder / "large").mkdir()
    inputs = write_inputs(folder / "large", TWEETS, planned_rows)
    plans = {name: measure_plan(path, folder, name, rounds) for name, path in inputs.items()}
    small = write_inputs(folder, TWEETS, finished_rows)["text"]
    return FileFigures(
        plan_mb=round(inputs["csv"].stat().st_size / MB, 1),
        plan_seconds={name: seconds for name, (seconds, _) in plans.items()},
        plan_parts={name: parts for name, (_, parts) in plans.items()},
        join_mb_per_second={
            name: measure_join(small, folder, name, rounds) for name in JOINED_FORMATS
        },
        archive_rows_per_second=measure_archive(small, folder, rounds),
    )


def measure_plan(path: Path, folder: Path, name: str, rounds: int) -> tuple[float, int]:
    """Measure `make_plan` of a file: CPU seconds, and the parts that it makes."""
    planned: list[PlannedJob] = []
    times = []
    for number in range(rounds):
        job_id = f"{name}-{number}"
        times.append(time_call(partial(_plan_into, planned, path, folder, job_id)))
    return round(median(timed.cpu for timed in times), 4), len(planned[0].parts)


def _plan_into(planned: list[PlannedJob], path: Path, folder: Path, job_id: str) -> None:
    planned.append(plan_file(path, folder, job_id))


def measure_join(path: Path, folder: Path, output_format: OutputFormat, rounds: int) -> float:
    """Measure `finish_job` of a job that is joined, in MB of results a second."""
    planned = _plan_as(path, folder, join=True, output_format=output_format)
    summaries = _work(planned)
    size = sum(summary.output_bytes for summary in summaries)
    folder_of_job = planned.plan.folder
    times = [time_call(lambda: finish_job(folder_of_job, FolderStorage())) for _ in range(rounds)]
    return round(size / MB / median(timed.cpu for timed in times), 1)


def measure_archive(path: Path, folder: Path, rounds: int) -> float:
    """Measure `finish_job` of a job with Comprehend's layout, in rows a second."""
    planned = _plan_as(path, folder, layout="comprehend")
    rows = sum(summary.rows for summary in _work(planned))
    folder_of_job = planned.plan.folder
    times = [time_call(lambda: finish_job(folder_of_job, FolderStorage())) for _ in range(rounds)]
    return round(rows / median(timed.cpu for timed in times), 0)


def _plan_as(path: Path, folder: Path, **fields: object) -> PlannedJob:
    """Plan a job, and change what its results are."""
    planned = plan_file(path, folder, "-".join(map(str, fields.values())))
    job = msgspec.structs.replace(planned.plan.job, **fields)
    plan = msgspec.structs.replace(planned.plan, job=job)
    Path(plan.folder, PLAN_FILE).write_bytes(msgspec.json.encode(plan))
    return PlannedJob(plan, planned.parts)


def _work(planned: PlannedJob) -> list[PartSummary]:
    return [
        run_part(planned.plan.folder, part, FolderStorage(), open_instant_model)
        for part in planned.parts
    ]
