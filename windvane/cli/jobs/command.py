"""The options of ``windvane jobs``."""

from pathlib import Path
from typing import Any

import click

from windvane.cli.errors import SOME_REJECTED
from windvane.cli.jobs.job_options import (
    StageAccount,
    as_json_option,
    job_argument,
    job_options,
    processes_option,
    stage_options,
    yes_option,
)
from windvane.cli.options import bundle_option

# \b keeps click from filling the lines.
START_EXAMPLES = """\b
Examples:
  windvane jobs start reviews.csv --text-column review
  windvane jobs start s3://my-data/reviews/ --output s3://my-data/labelled/ --stage prod
"""


@click.group()
def jobs() -> None:
    """Classify files of millions of texts, on this machine or in AWS.

    A job is cut into parts that are classified each by itself. One that was stopped goes on where
    it was, and each row is answered once or rejected once.
    """


@jobs.command(epilog=START_EXAMPLES)
@click.argument("input_location", metavar="INPUT")
@job_options
@click.option(
    "--local", is_flag=True, help="Run on this machine, as is done for files of this machine."
)
@processes_option
@bundle_option
@stage_options
@yes_option
@click.option("--follow", is_flag=True, help="Show the progress in AWS until the job has ended.")
@as_json_option
@click.pass_context
def start(ctx: click.Context, /, **options: Any) -> None:  # noqa: ANN401 - click's options
    """Start a job over INPUT: a file, a folder, or s3://bucket/key or prefix/.

    Files are run on this machine; the same command goes on with a job that was stopped. What is in
    S3 is run by the stage that --stage names, after an estimate of its cost.

    Exit code: 0 if every row was classified, 1 if there were rejects, 2 on an error.
    """
    from windvane.cli.jobs.job_request import build_request

    request = build_request(**options)
    if request.account:
        from windvane.cli.jobs.stage_start import start_in_stage

        rejected = start_in_stage(request, request.account)
    else:
        from windvane.cli.jobs.local_run import start_here

        rejected = start_here(request)
    if rejected:
        ctx.exit(SOME_REJECTED)


@jobs.command()
@job_argument
@processes_option
@stage_options
@as_json_option
@click.pass_context
def resume(
    ctx: click.Context,
    /,
    job: str,
    processes: int | None,
    account: StageAccount | None,
    as_json: bool,
) -> None:
    """Go on with a job that was stopped or has failed.

    JOB is the folder of a job on this machine, or the id of a job of the stage. Parts that are done
    are not done again.
    """
    if account:
        from windvane.cli.jobs.stage_commands import resume_in_stage

        resume_in_stage(job, account, as_json=as_json)
        return
    from windvane.cli.jobs.local_run import resume_here

    if resume_here(job, processes, as_json=as_json):
        ctx.exit(SOME_REJECTED)


@jobs.command(name="list")
@click.argument("folder", required=False, metavar="[FOLDER]")
@click.option(
    "--limit",
    type=click.IntRange(1, 1000),
    default=20,
    show_default=True,
    help="Show the newest so many jobs.",
)
@stage_options
@as_json_option
def list_jobs(folder: str | None, limit: int, account: StageAccount | None, as_json: bool) -> None:
    """List the jobs of a stage, or those in FOLDER, newest first.

    FOLDER is what start has as --output on this machine.
    """
    if account:
        if folder:
            raise click.UsageError("Give FOLDER or --stage, not both.")
        from windvane.cli.jobs.stage_commands import list_in_stage

        list_in_stage(limit, account, as_json=as_json)
        return
    from windvane.cli.jobs.local_jobs_shown import list_here

    list_here(folder, limit, as_json=as_json)


@jobs.command()
@job_argument
@click.option("--follow", is_flag=True, help="Show the progress until the job has ended.")
@stage_options
@as_json_option
def show(job: str, follow: bool, account: StageAccount | None, as_json: bool) -> None:
    """Show a job: its state, how far it is, what it counted, where its results are.

    JOB is the folder of a job on this machine, or the id of a job of the stage.
    """
    if account:
        from windvane.cli.jobs.stage_commands import show_in_stage

        show_in_stage(job, account, follow=follow, as_json=as_json)
        return
    from windvane.cli.jobs.local_jobs_shown import show_here

    show_here(job, as_json=as_json)


@jobs.command()
@job_argument
@stage_options
@yes_option
def stop(job: str, yes: bool, account: StageAccount | None) -> None:
    """Stop a job of a stage; resume goes on with it within 14 days.

    A job on this machine is stopped with Ctrl-C.
    """
    from windvane.cli.jobs.stage_commands import stop_in_stage

    stop_in_stage(job, account, yes=yes)


@jobs.command()
@job_argument
@click.option(
    "--to",
    "folder",
    type=click.Path(file_okay=False, path_type=Path),
    metavar="FOLDER",
    help="Folder to write to.  [default: the job's id]",
)
@stage_options
def fetch(job: str, folder: Path | None, account: StageAccount | None) -> None:
    """Download the results and the manifest of a job of a stage.

    Files that are there already, whole, are not downloaded again.
    """
    from windvane.cli.jobs.fetching import fetch_job

    fetch_job(job, folder, account)
