"""Shows, lists, stops and resumes the jobs of a stage."""

import time
from collections.abc import Iterator

import click
from msgspec import UNSET

from windvane.cli.errors import CliError
from windvane.cli.jobs.job_options import StageAccount
from windvane.cli.jobs.job_progress import progress_bar
from windvane.cli.jobs.job_reports import describe_labels, print_json
from windvane.cli.jobs.job_request import check_id
from windvane.cli.jobs.job_tables import print_job_table
from windvane.cli.jobs.stage_jobs import StageJobs, open_stage_jobs
from windvane.cli.messages import describe_command, print_message
from windvane.jobs.errors import JobsUnavailableError
from windvane.jobs.executions import MAX_LISTED_JOBS
from windvane.jobs.job_state import JobState, JobSummary
from windvane.jobs.local_jobs import JobProgress

POLL_SECONDS = 2.0
MAX_FAILED_POLLS = 30
"""So often in a row may Step Functions not answer while a job is followed."""


def show_in_stage(job_id: str, account: StageAccount, *, follow: bool, as_json: bool) -> None:
    """Show a job of a stage, if asked for at its end.

    Raises:
        CliError: AWS refuses, or the job was followed and has failed.
        JobError: There is no such job, or Step Functions does not answer.
    """
    with open_stage_jobs(account) as jobs:
        if follow:
            state = follow_job(jobs, check_id(job_id))
        else:
            state = jobs.executions.describe(check_id(job_id))
    print_state(state, as_json=as_json)


def list_in_stage(limit: int, account: StageAccount, *, as_json: bool) -> None:
    """List the jobs of a stage, newest first.

    Raises:
        CliError: AWS refuses.
        JobError: Step Functions does not answer.
    """
    with open_stage_jobs(account) as jobs:
        found = _list(jobs, limit)
    if as_json:
        print_json(found)
        return
    rows = [
        (job.job_id, job.status, job.started_at, "" if job.stopped_at is UNSET else job.stopped_at)
        for job in found
    ]
    print_job_table(("job", "status", "started", "ended"), rows)


def stop_in_stage(job_id: str, account: StageAccount | None, *, yes: bool) -> None:
    """Stop a job of a stage.

    Raises:
        Abort: The answer was no.
        CliError: No stage is named, or AWS refuses.
        JobError: There is no such job, or Step Functions does not answer.
    """
    if account is None:
        raise CliError(
            "Name the stage that runs the job with --stage; a job on this machine is stopped with "
            "Ctrl-C."
        )
    with open_stage_jobs(account) as jobs:
        state = jobs.executions.describe(check_id(job_id))
        if state.status != "running":
            print_message(f"{job_id} is {state.status} already.")
            return
        if not yes:
            click.confirm(f"Stop {job_id}?", abort=True)
        jobs.executions.stop(job_id)
    resume = describe_command("jobs", "resume", job_id, "--stage", account.stage)
    print_message(f"{job_id} is stopped. What is done is kept; to go on: {resume}")


def resume_in_stage(job_id: str, account: StageAccount, *, as_json: bool) -> None:
    """Run again what failed of a job of a stage, or was stopped.

    Raises:
        CliError: AWS refuses.
        JobError: There is no such job, it runs or has succeeded, or Step Functions does not answer.
    """
    with open_stage_jobs(account) as jobs:
        state = jobs.executions.redrive(check_id(job_id))
    print_state(state, as_json=as_json)


def follow_job(jobs: StageJobs, job_id: str) -> JobState:
    """Show the progress of a job until it has ended.

    Raises:
        JobError: There is no such job, or Step Functions does not answer any more.
    """
    failed_polls = 0
    with progress_bar() as report:
        while True:
            try:
                state = jobs.executions.describe(job_id)
                failed_polls = 0
            except JobsUnavailableError:
                failed_polls += 1
                if failed_polls == MAX_FAILED_POLLS:
                    raise
            else:
                if state.parts:
                    report(JobProgress(total_parts=state.parts.total, parts=state.parts.done))
                if state.status != "running":
                    return state
            time.sleep(POLL_SECONDS)


def print_state(state: JobState, *, as_json: bool) -> None:
    """Print a job of a stage.

    Raises:
        CliError: The job has failed; says why.
    """
    if as_json:
        print_json(state)
    else:
        for line in _describe(state):
            print_message(line)
    if state.failure:
        raise CliError(f"{state.failure.error}: {state.failure.reason}")


def _describe(state: JobState) -> Iterator[str]:
    redriven = f", resumed {state.redrives} times" if state.redrives else ""
    ended = "" if state.stopped_at is UNSET else f", ended {state.stopped_at}"
    yield f"{state.job_id} {state.status} (started {state.started_at}{ended}{redriven})"
    if parts := state.parts:
        yield (
            f"{parts.done:,} of {parts.total:,} parts done, {parts.running:,} running, "
            f"{parts.failed:,} failed"
        )
    if counts := state.counts:
        yield (
            f"{counts.rows:,} rows: {counts.answered:,} classified, {counts.rejected:,} rejected "
            f"({counts.seconds:,.1f} s)"
        )
        yield from describe_labels(counts.labels, counts.unlabelled)
    if state.results:
        yield f"results: {state.results}"


def _list(jobs: StageJobs, limit: int) -> list[JobSummary]:
    found: list[JobSummary] = []
    cursor = None
    while len(found) < limit:
        page = jobs.executions.list(limit=min(limit - len(found), MAX_LISTED_JOBS), cursor=cursor)
        found.extend(page.jobs)
        if page.cursor is UNSET:
            break
        cursor = page.cursor
    return found
