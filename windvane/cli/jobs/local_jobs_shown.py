"""Shows jobs of this machine: one by its folder, or all in a folder."""

from collections.abc import Iterable, Iterator
from pathlib import Path

import click
import msgspec

from windvane.cli.errors import CliError
from windvane.cli.jobs.job_reports import print_json, print_manifest
from windvane.cli.jobs.job_request import DEFAULT_OUTPUT
from windvane.cli.jobs.job_tables import print_job_table
from windvane.cli.jobs.local_run import find_job
from windvane.cli.jobs.local_storage import LocalStorage
from windvane.cli.messages import describe_command, print_message
from windvane.jobs.errors import JobInputError
from windvane.jobs.job_files import list_done, read_manifest, read_plan
from windvane.jobs.job_state import JobStatus
from windvane.jobs.local_jobs import is_planned, is_running
from windvane.jobs.summaries import MANIFEST_FILE


class LocalJob(msgspec.Struct, frozen=True, kw_only=True):
    """A job of this machine.

    Attributes:
        job_id: Its id.
        status: ``stopped`` is neither running nor done.
        started_at: When it was planned, in ISO 8601, UTC.
        parts: How many parts it has.
        done: How many are done.
        folder: Where it writes.
    """

    job_id: str
    status: JobStatus
    started_at: str
    parts: int
    done: int
    folder: str


def show_here(folder: str, *, as_json: bool) -> None:
    """Show the job in a folder: what it did, or how far it is.

    Raises:
        CliError: There is no job in the folder.
        JobError: Its files cannot be read.
    """
    location = find_job(folder)
    job = _read_job(location)
    if job.status == "succeeded":
        print_manifest(read_manifest(location, LocalStorage()), location, as_json=as_json)
    elif as_json:
        print_json(job)
    else:
        print_message(f"{job.job_id} {job.status}: {job.done:,} of {job.parts:,} parts are done.")
        if job.status == "stopped":
            click.echo(f"To go on: {describe_command('jobs', 'resume', Path(folder))}")


def list_here(folder: str | None, limit: int, *, as_json: bool) -> None:
    """List the jobs in a folder, newest first; one whose files are damaged is named and left out.

    Raises:
        CliError: There is no such folder.
        StorageError: A job's files cannot be read.
    """
    parent = Path(folder or DEFAULT_OUTPUT)
    if not parent.is_dir():
        raise CliError(
            f"There is no folder {parent}: name the --output of jobs on this machine, or the "
            "--stage whose jobs are to be listed."
        )
    locations = [f"{child.resolve()}/" for child in parent.iterdir()]
    jobs = list(_read_jobs(filter(is_planned, locations)))
    jobs.sort(key=lambda job: job.started_at, reverse=True)
    if as_json:
        print_json(jobs[:limit])
        return
    rows = [
        (job.job_id, job.status, job.started_at, f"{job.done:,} of {job.parts:,}")
        for job in jobs[:limit]
    ]
    print_job_table(("job", "status", "started", "parts"), rows)


def _read_jobs(locations: Iterable[str]) -> Iterator[LocalJob]:
    for location in locations:
        try:
            yield _read_job(location)
        except JobInputError as error:
            print_message(f"Left out: {error}", err=True)


def _read_job(location: str) -> LocalJob:
    storage = LocalStorage()
    plan = read_plan(location, storage)
    status: JobStatus = "running" if is_running(location) else "stopped"
    if Path(location, MANIFEST_FILE).exists():
        status = "succeeded"
    return LocalJob(
        job_id=plan.job_id,
        status=status,
        started_at=plan.created_at,
        parts=plan.part_count,
        done=len(list_done(location, storage)),
        folder=location,
    )
