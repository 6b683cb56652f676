"""A job on this machine of which a part fails."""

from functools import partial
from pathlib import Path

import pytest

from tests.windvane.jobs.deadly_work import open_deadly_work
from windvane.jobs.errors import PartsFailedError
from windvane.jobs.folder_storage import FolderStorage
from windvane.jobs.job import Job
from windvane.jobs.local_jobs import JobProgress, LocalRun, run_planned_job
from windvane.jobs.plan import Plan
from windvane.jobs.planning import PlanLimits, make_plan
from windvane.jobs.summaries import JobManifest

ROWS = 30
STORAGE = FolderStorage()


def plan_job(folder: Path, bundle: Path, *, tolerate: int) -> Plan:
    """Plan a job of three parts with ten rows each."""
    (folder / "a.txt").write_text("good\n" * ROWS, encoding="utf-8")
    job = Job(
        input=str(folder / "a.txt"),
        output=str(folder / "out"),
        tolerated_failure_percentage=tolerate,
    )
    planned = make_plan(job, "mine", STORAGE, str(bundle), PlanLimits(part_bytes=50))
    assert planned.plan.part_count == 3
    return planned.plan


def run(plan: Plan, *, deadly: int, reports: list[tuple[int, int, int]]) -> JobManifest:
    """Run the job's parts one after the other; the deadly one kills its process."""

    def report(progress: JobProgress) -> None:
        assert progress.total_bytes == plan.total_bytes
        reports.append((progress.parts, progress.rows, progress.done_bytes))

    open_work = partial(open_deadly_work, plan.folder, deadly)
    return run_planned_job(plan, STORAGE, LocalRun(open_work=open_work, processes=1, report=report))


def test_failed_part_fails_the_job_and_leaves_the_others_done(
    tmp_path: Path, tiny_bundle: Path
) -> None:
    plan = plan_job(tmp_path, tiny_bundle, tolerate=0)
    reports: list[tuple[int, int, int]] = []

    with pytest.raises(PartsFailedError, match=r"^Part 1 failed: its process was killed, .*\.$"):
        run(plan, deadly=1, reports=reports)
    done = run(plan, deadly=-1, reports=reports)

    # Parts 0 and 2 were done by the first run, part 1 by the second.
    assert [parts for parts, _, _ in reports] == [0, 1, 2, 2, 3]
    assert reports[-1] == (3, ROWS, plan.total_bytes)
    assert (done.rows, done.answered, done.failed_parts) == (ROWS, ROWS, ())


def test_tolerated_part_is_listed(tmp_path: Path, tiny_bundle: Path) -> None:
    plan = plan_job(tmp_path, tiny_bundle, tolerate=40)

    manifest = run(plan, deadly=0, reports=[])

    assert [part.number for part in manifest.failed_parts] == [0]
    assert (manifest.rows, manifest.labels) == (20, {"positive": 20})
