"""Runs a job on this machine: its plan, its parts in processes, its end."""

import fcntl
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from windvane.jobs.errors import InputChangedError, JobOutputError, PartsFailedError
from windvane.jobs.finishing import finish_job
from windvane.jobs.input_check import is_read
from windvane.jobs.job import Job, job_folder
from windvane.jobs.job_files import list_done, read_parts, read_plan, read_summary
from windvane.jobs.plan import PARTS_FILE, PLAN_FILE, Part, Plan
from windvane.jobs.planning import PlanLimits, make_plan
from windvane.jobs.storage import Storage
from windvane.jobs.summaries import JobManifest, PartSummary
from windvane.jobs.worker_processes import PartFault, Work, run_in_processes

MIN_PART_BYTES = 2**16
SOME_PART_BYTES = 2**20
FEW_PARTS, MANY_PARTS = 200, 5000
LOCK_FILE = ".lock"


@dataclass
class JobProgress:
    """How far a job is.

    Attributes:
        total_parts: How many parts the job has.
        total_bytes: Size of them all; 0 if it is not known.
        parts: Parts that are done, now or in an earlier run.
        done_bytes: Size of those.
        rows: Rows of those.
        rejected: Rows without a prediction.
    """

    total_parts: int
    total_bytes: int = 0
    parts: int = 0
    done_bytes: int = 0
    rows: int = 0
    rejected: int = 0

    def add(self, part: Part, summary: PartSummary) -> None:
        """Count a part that is done."""
        self.parts += 1
        self.done_bytes += measure_part(part)
        self.rows += summary.rows
        self.rejected += summary.rejected


@dataclass(frozen=True, kw_only=True)
class LocalRun:
    """How a job is run here.

    Attributes:
        open_work: Opens, for a job's folder, what does a part; can be pickled.
        processes: How many parts run at once.
        report: Called whenever a part is done.
    """

    open_work: Callable[[], Work]
    processes: int
    report: Callable[[JobProgress], None]


def measure_part(part: Part) -> int:
    """Return the bytes of a part's pieces."""
    return sum(piece.end - piece.start for piece in part.pieces)


def plan_local_job(job: Job, job_id: str, storage: Storage, bundle_uri: str) -> Plan:
    """Plan a job, or return the plan that was made of the same job before.

    Raises:
        InputChangedError: It was planned before, of another input.
        JobOutputError: Another job has that folder.
        JobError: As `make_plan` raises.
    """
    folder = job_folder(job, job_id)
    if not is_planned(folder):
        listed = storage.list_objects(job.input, is_prefix=job.is_prefix)
        total_bytes = sum(stored.size for stored in listed)
        limits = PlanLimits(part_bytes=choose_local_part_bytes(total_bytes))
        return make_plan(job, job_id, storage, bundle_uri, limits).plan
    plan = read_plan(folder, storage)
    if plan.job != job:
        raise JobOutputError(f"{folder} holds another job; give this one another id or output.")
    if plan.bundle_uri != bundle_uri:
        raise JobOutputError(
            f"{folder} holds this job with the model {plan.bundle_uri}; give it another id."
        )
    check_input(plan, storage)
    return plan


def choose_local_part_bytes(total_bytes: int) -> int:
    """Choose the size of a part on this machine.

    Smaller than in AWS: it is what is lost when a job is stopped, and the step of its progress.
    """
    return max(
        MIN_PART_BYTES, min(total_bytes // FEW_PARTS, SOME_PART_BYTES), total_bytes // MANY_PARTS
    )


def is_planned(folder: str) -> bool:
    """Return whether a folder of this machine holds a job whose plan is complete."""
    return all(Path(folder, name).is_file() for name in (PLAN_FILE, PARTS_FILE))


def check_input(plan: Plan, storage: Storage) -> None:
    """Check that the input is the one that was planned.

    Raises:
        InputChangedError: An object was changed, added or deleted.
        JobError: The input cannot be listed.
    """
    planned = {
        piece.name: piece.etag for part in read_parts(plan.folder, storage) for piece in part.pieces
    }
    listed = storage.list_objects(plan.job.input, is_prefix=plan.job.is_prefix)
    found = {stored.name: stored.etag for stored in listed if is_read(stored, plan.job)}
    if changed := [name for name in {**planned, **found} if planned.get(name) != found.get(name)]:
        raise InputChangedError(
            f"{min(changed)} was changed, added or deleted after job {plan.job_id} was planned; "
            "start another job, with another id."
        )


def run_planned_job(plan: Plan, storage: Storage, run: LocalRun) -> JobManifest:
    """Run the parts that are not done yet, and end the job.

    Raises:
        PartsFailedError: More parts failed than the job tolerates; the others can be resumed.
        JobError: The results cannot be joined or written.
    """
    parts = read_parts(plan.folder, storage)
    done = list_done(plan.folder, storage)
    progress = JobProgress(len(parts), sum(map(measure_part, parts)))
    for part in parts:
        if part.number in done:
            progress.add(part, read_summary(plan.folder, part.number, storage))
    run.report(progress)
    _run_parts([part for part in parts if part.number not in done], plan, progress, run)
    return finish_job(plan.folder, storage)


def _run_parts(parts: Sequence[Part], plan: Plan, progress: JobProgress, run: LocalRun) -> None:
    tolerated = plan.part_count * plan.job.tolerated_failure_percentage // 100
    faults: dict[int, PartFault] = {}
    with closing(run_in_processes(parts, run.open_work, run.processes)) as results:
        for result in results:
            if isinstance(result.outcome, PartFault):
                faults[result.part.number] = result.outcome
            else:
                progress.add(result.part, result.outcome)
                run.report(progress)
            if len(faults) > tolerated:
                raise PartsFailedError(_describe(faults, tolerated))


def _describe(faults: dict[int, PartFault], tolerated: int) -> str:
    number, fault = next(reversed(faults.items()))
    count = f"; {len(faults)} failed, and the job tolerates {tolerated}" if tolerated else ""
    return f"Part {number} failed: {fault.reason}{count}."


@contextmanager
def hold_job(folder: str) -> Iterator[None]:
    """Keep other processes out of a job's folder, which is made if it is missing.

    Raises:
        JobOutputError: Another process runs this job, or the folder cannot be written.
    """
    path = Path(folder)
    made = [each for each in (path, *path.parents) if not each.exists()]
    try:
        path.mkdir(parents=True, exist_ok=True)
        lock = (path / LOCK_FILE).open("wb")
    except OSError as error:
        raise JobOutputError(f"{folder} cannot be written: {error.strerror}.") from error
    with lock:
        if not _lock(lock):
            raise JobOutputError(f"The job in {folder} is running already.")
        try:
            yield
        finally:
            if not is_planned(folder):
                _remove(made)


def is_running(folder: str) -> bool:
    """Return whether a process runs the job in a folder."""
    path = Path(folder, LOCK_FILE)
    if not path.is_file():
        return False
    with path.open("rb") as lock:
        return not _lock(lock)


def _lock(file: IO[bytes]) -> bool:
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _remove(folders: Sequence[Path]) -> None:
    """Remove the folders, the innermost first, that were made for a job that cannot be planned."""
    with suppress(OSError):
        for folder in folders:
            (folder / LOCK_FILE).unlink(missing_ok=True)
            folder.rmdir()
