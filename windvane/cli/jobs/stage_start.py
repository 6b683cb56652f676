"""Starts a job in a stage, after an estimate of its cost."""

from collections.abc import Iterator

import click

from windvane.cli.jobs.estimate import WorkFunction, estimate_job
from windvane.cli.jobs.input_facts import read_input_facts
from windvane.cli.jobs.job_options import StageAccount
from windvane.cli.jobs.job_request import JobRequest
from windvane.cli.jobs.stage_commands import follow_job, print_state
from windvane.cli.jobs.stage_jobs import StageJobs, open_stage_jobs, read_function
from windvane.cli.messages import describe_command, print_message
from windvane.facts import BULK_WORK_SUFFIX
from windvane.jobs.allowed_locations import check_locations
from windvane.jobs.errors import AccessRefusedError
from windvane.jobs.job import Job
from windvane.jobs.job_state import JobInput
from windvane.jobs.s3_storage import S3Storage


def start_in_stage(request: JobRequest, account: StageAccount) -> int:
    """Estimate a job, ask, and start it.

    Returns:
        How many rows were rejected, if the job was followed to its end; else 0.

    Raises:
        Abort: The answer was no.
        CliError: There are no jobs in this stage, or AWS refuses.
        JobError: The input or the output is not as the job says, or the job has failed.
    """
    with open_stage_jobs(account) as jobs:
        for line in _describe(jobs, request.job):
            print_message(line, err=True)
        if not request.yes:
            click.confirm("Start it?", abort=True, err=True)
        state = jobs.executions.start(JobInput(job_id=request.job_id, job=request.job))
        if request.follow:
            state = follow_job(jobs, request.job_id)
        print_state(state, as_json=request.as_json)
    if not request.follow and not request.as_json:
        follow = describe_command(
            "jobs", "show", request.job_id, "--stage", account.stage, "--follow"
        )
        print_message(f"To follow it: {follow}", err=True)
    return state.counts.rejected if state.counts else 0


def _describe(jobs: StageJobs, job: Job) -> Iterator[str]:
    """Describe what the job will cost, a line at a time; checks what it reads and writes.

    Raises:
        CliError: The function that works on parts cannot be read.
        JobError: The input or the output is not as the job says.
    """
    function = _read_function(jobs, job)
    try:
        facts = read_input_facts(job, S3Storage(jobs.aws.s3))
    except AccessRefusedError as error:
        yield f"Its cost cannot be estimated with these credentials: {error}"
        return
    estimate = estimate_job(facts, function)
    if estimate is None:
        yield "Its cost cannot be estimated: rows of this format are counted when it is planned."
        return
    yield from estimate.describe()


def _read_function(jobs: StageJobs, job: Job) -> WorkFunction:
    """Read the function that works on parts, and check the job's locations by its settings.

    Raises:
        CliError: There is no such function.
        JobFieldError: The stage does not allow the job's input or output.
    """
    name = jobs.stack_name + BULK_WORK_SUFFIX
    found = read_function(jobs.aws, name)
    variables = found.get("Environment", {}).get("Variables", {})
    check_locations(
        job,
        inputs=_split(variables.get("WINDVANE_JOB_INPUTS", "")),
        outputs=_split(variables.get("WINDVANE_JOB_OUTPUTS", "")),
    )
    concurrency = jobs.aws.functions.get_function_concurrency(FunctionName=name)
    return WorkFunction(
        memory_mb=found["MemorySize"],
        architecture=found["Architectures"][0],
        concurrency=concurrency.get("ReservedConcurrentExecutions", 1),
    )


def _split(locations: str) -> tuple[str, ...]:
    return tuple(filter(None, locations.split(",")))
