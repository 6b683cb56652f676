"""Options of jobs: what is read, what is written, and where the job runs."""

import functools
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import click

from windvane.cli.finite_range import FiniteRange
from windvane.cli.options import delimiter_option, encoding_option, text_column_option
from windvane.cli.releases.stage_options import check_stage, profile_option, region_option
from windvane.rows.file_formats import READ_FORMATS

Command = Callable[..., None]
# Those of windvane.jobs.job, which takes long to import. A test compares them.
JOB_FORMATS = (*READ_FORMATS, "document")
OUTPUT_FORMATS = ("jsonl", "csv", "parquet")


@dataclass(frozen=True)
class StageAccount:
    """A stage in AWS, and how its account is reached.

    Attributes:
        stage: Name of the stage.
        region: AWS region of the stage; None for that of the environment or the profile.
        profile: AWS profile; None for that of the environment.
    """

    stage: str
    region: str | None = None
    profile: str | None = None


job_argument = click.argument("job", metavar="JOB")
as_json_option = click.option("--json", "as_json", is_flag=True, help="Write JSON.")
yes_option = click.option("--yes", is_flag=True, help="Skip the confirmation.")
processes_option = click.option(
    "--processes",
    type=click.IntRange(1, 256),
    help="Parts to run at once on this machine.  [default: WINDVANE_THREADS, else the number of "
    "cores]",
)
_STAGE_OPTIONS = (
    click.option(
        "--stage",
        callback=check_stage,
        metavar="dev|prod",
        help="Stage in AWS that runs the job; its file has a [jobs] table.",
    ),
    region_option,
    profile_option,
)
_JOB_OPTIONS = (
    click.option(
        "--prefix",
        "is_prefix",
        is_flag=True,
        help="Read all objects whose locations begin with INPUT, such as s3://bucket/2026-11.",
    ),
    click.option(
        "-o",
        "--output",
        metavar="FOLDER",
        help="Folder, or s3://bucket/prefix/, in which the job makes a folder of its own, named by "
        "its id.  [default on this machine: windvane-jobs]",
    ),
    click.option(
        "--id",
        "job_id",
        metavar="ID",
        help="Id of the job.  [default: by the input's name]",
    ),
    click.option(
        "--format",
        "file_format",
        type=click.Choice(JOB_FORMATS),
        metavar="NAME",
        help=f"Format of the files: {', '.join(JOB_FORMATS)}; document is a text a file.  "
        "[default: by name and content]",
    ),
    text_column_option,
    click.option(
        "--id-column",
        metavar="NAME",
        help="The column, or JSON key, that the results carry as id.",
    ),
    encoding_option,
    delimiter_option,
    click.option(
        "--to",
        "output_format",
        type=click.Choice(OUTPUT_FORMATS),
        default="jsonl",
        show_default=True,
        help="Format of the results.",
    ),
    click.option("--join", is_flag=True, help="Join the parts into one file of results."),
    click.option(
        "--tolerate",
        type=click.IntRange(0, 100),
        default=0,
        show_default=True,
        metavar="PERCENT",
        help="How many of the parts may fail.",
    ),
    click.option(
        "--min-score",
        type=FiniteRange(0, 1),
        default=0,
        show_default=True,
        metavar="SCORE",
        help="Leave out a label whose score is lower, such as 0.6; the scores stay.",
    ),
)


def stage_options(command: Command) -> Command:
    """Add the options of a stage; the command gets them as ``account``, None without a stage."""

    @functools.wraps(command)
    def with_account(
        *args: Any,  # noqa: ANN401 - what click passes
        stage: str | None,
        region: str | None,
        profile: str | None,
        **options: Any,  # noqa: ANN401 - the command's own
    ) -> None:
        account = StageAccount(stage, region, profile) if stage else None
        command(*args, account=account, **options)

    return _add(with_account, _STAGE_OPTIONS)


def job_options(command: Command) -> Command:
    """Add the options that say what a job reads and writes."""
    return _add(command, _JOB_OPTIONS)


def _add(command: Command, options: tuple[Callable[[Command], Command], ...]) -> Command:
    return functools.reduce(lambda inner, option: option(inner), reversed(options), command)
