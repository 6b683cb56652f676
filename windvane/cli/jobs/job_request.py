"""What ``windvane jobs start`` is asked for, checked."""

import hashlib
import re
import secrets
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path, PurePath
from typing import Any

import click
import msgspec

from windvane.cli.errors import CliError
from windvane.cli.jobs.job_options import StageAccount
from windvane.jobs.job import Job, JobId

S3_SCHEME = "s3://"
DEFAULT_OUTPUT = "windvane-jobs"
_ID_CHARS = re.compile(r"[^A-Za-z0-9_-]+")
_NAME_CHARS = 40
_LENGTH_RULE = re.compile(r"Expected `str` of length ([<>]=) (\d+) - at `\$\.(\w+)`")


@dataclass(frozen=True, kw_only=True)
class JobRequest:
    """A job to start.

    Attributes:
        job: The job; files of this machine by absolute paths.
        job_id: Its id.
        account: The stage that runs it; None for this machine.
        bundle: Folder of the model on this machine; None for the default.
        processes: Parts at once on this machine; None for the number of cores.
        yes: Whether to skip the question after the estimate.
        follow: Whether to show the progress in AWS.
        as_json: Whether to write JSON.
    """

    job: Job
    job_id: str
    account: StageAccount | None
    bundle: str | None
    processes: int | None
    yes: bool
    follow: bool
    as_json: bool


def build_request(
    *,
    input_location: str,
    local: bool,
    output: str | None,
    job_id: str | None,
    account: StageAccount | None,
    **options: Any,  # noqa: ANN401 - click's options
) -> JobRequest:
    """Check the options, and choose where the job runs and what it is called.

    Raises:
        CliError: A field of the job breaks a rule.
        JobFieldError: The output is inside the input.
        UsageError: Options contradict each other, or one is missing.
    """
    is_in_s3 = input_location.startswith(S3_SCHEME)
    if "" in {input_location, output}:
        raise click.UsageError("INPUT and --output may not be empty.")
    if account:
        _check_stage(is_in_s3=is_in_s3, local=local, output=output or "", options=options)
    else:
        _check_local(is_in_s3=is_in_s3, local=local, output=output or "")
    fields = {
        "input": input_location if is_in_s3 else _to_location(input_location),
        "output": _choose_output(output, in_stage=account is not None),
        "format": options.pop("file_format"),
        "tolerated_failure_percentage": options.pop("tolerate"),
        **{name: options.pop(name) for name in Job.__struct_fields__ if name in options},
    }
    job = _convert(fields, Job)
    chosen = job_id or (name_stage_job(job) if account else name_local_job(job))
    return JobRequest(job=job, job_id=check_id(chosen), account=account, **options)


def name_local_job(job: Job) -> str:
    """Name a job by its input and its fields, so that the same command goes on with it."""
    digest = hashlib.sha256(msgspec.json.encode(job)).hexdigest()
    return f"{_name_input(job)}-{digest[:8]}"


def name_stage_job(job: Job) -> str:
    """Name a job by its input and the time: Step Functions allows a name once in 90 days."""
    return f"{_name_input(job)}-{datetime.now(UTC):%Y%m%d-%H%M%S}-{secrets.token_hex(2)}"


def check_id(job_id: str) -> str:
    """Check the id of a job.

    Raises:
        CliError: It is none.
    """
    try:
        return msgspec.convert(job_id, JobId)
    except msgspec.ValidationError as error:
        raise CliError("A job's id has 1 to 80 letters, digits, - and _.") from error


def _check_stage(*, is_in_s3: bool, local: bool, output: str, options: dict[str, Any]) -> None:
    if local:
        raise click.UsageError("Give --local or --stage, not both.")
    if not is_in_s3:
        raise click.UsageError(
            "A stage reads from S3: copy INPUT there with aws s3 cp, or leave --stage out to run "
            "the job on this machine."
        )
    if not output.startswith(S3_SCHEME):
        raise click.UsageError("A stage writes to S3: name a prefix with --output s3://...")
    if options["bundle"] or options["processes"]:
        raise click.UsageError("--bundle and --processes are for jobs on this machine.")


def _check_local(*, is_in_s3: bool, local: bool, output: str) -> None:
    if is_in_s3 and not local:
        raise click.UsageError(
            "Name the stage that runs the job with --stage, or add --local to run it on this "
            "machine."
        )
    if output.startswith(S3_SCHEME):
        raise click.UsageError("A job on this machine writes to a folder: --output FOLDER.")


def _choose_output(output: str | None, *, in_stage: bool) -> str:
    return output if output and in_stage else str(Path(output or DEFAULT_OUTPUT).resolve())


def _to_location(path: str) -> str:
    """Return an absolute path, with a slash at the end of a folder."""
    absolute = Path(path).resolve()
    return f"{absolute}/" if absolute.is_dir() else str(absolute)


def _convert(fields: dict[str, Any], kind: type[Job]) -> Job:
    try:
        return msgspec.convert(fields, kind)
    except msgspec.ValidationError as error:
        raise CliError(_describe_rule(str(error))) from error


def _describe_rule(message: str) -> str:
    """Write msgspec's message on a text's length as a sentence; options bear no other fault."""
    found = _LENGTH_RULE.fullmatch(message)
    if not found:
        return f"{message}."
    rule = "not empty" if found[1] == ">=" else f"at most {found[2]} characters"
    return f"{found[3]}: {rule}."


def _name_input(job: Job) -> str:
    name = PurePath(job.input.removeprefix(S3_SCHEME)).name.partition(".")[0]
    return _ID_CHARS.sub("-", name).strip("-")[:_NAME_CHARS] or "job"
