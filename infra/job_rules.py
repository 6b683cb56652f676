"""Rules of the ``[jobs]`` table of a stage's file."""

import re
from collections.abc import Iterator

import msgspec

from infra.stage_tables import Jobs
from windvane.facts import LOCATION
from windvane.jobs.errors import JobFieldError
from windvane.jobs.job import Job

NOT_LITERAL = set("*?$,")
"""What a policy of IAM reads as a wildcard or a variable, and what separates locations."""

SCHEDULE = re.compile(r"rate\([1-9]\d* (minute|hour|day)s?\)|cron\([\w ,*?/#-]+\)")
"""https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-scheduled-rule-pattern.html"""

KEY = re.compile(r"arn:aws[a-z-]*:kms:[a-z0-9-]+:\d{12}:key/[\w-]+")


def find_job_faults(jobs: Jobs) -> Iterator[tuple[str, str]]:
    """Name what is wrong with the table: each time a key, and the rule that it breaks."""
    places = {"jobs.inputs": jobs.inputs, "jobs.outputs": jobs.outputs}
    for key, locations in places.items():
        if not locations or not all(map(_is_location, locations)):
            yield (
                key,
                "must be locations in S3 that end with a slash, such as s3://bucket/prefix/",
            )
            return
    for output in jobs.outputs:
        for location in jobs.inputs:
            if output.startswith(location):
                yield (
                    "jobs.outputs",
                    f"{output} is inside the input {location}, so that a job would read the "
                    "results of another",
                )
    if jobs.schedule is not None and not SCHEDULE.fullmatch(jobs.schedule):
        yield "jobs.schedule", "must be such as rate(1 day) or cron(0 6 * * ? *)"
    if not all(map(KEY.fullmatch, jobs.kms_key_arns)):
        yield "jobs.kms_key_arns", "must be ARNs of kms keys"
    yield from _check_job(jobs)


def _is_location(value: str) -> bool:
    return bool(re.fullmatch(f"{LOCATION}/", value)) and not NOT_LITERAL & set(value)


def _check_job(jobs: Jobs) -> Iterator[tuple[str, str]]:
    if jobs.job and jobs.schedule is None and not jobs.start_on_upload:
        yield "jobs.job", "needs a schedule or start_on_upload, or nothing starts such a job"
    taken = {"input", "output"} & jobs.job.keys()
    if taken:
        yield f"jobs.job.{min(taken)}", "is chosen by inputs and outputs"
        return
    try:
        msgspec.convert({**jobs.job, "input": jobs.inputs[0], "output": jobs.outputs[0]}, Job)
    except JobFieldError as error:
        yield f"jobs.job.{error.field}", error.rule
    except msgspec.ValidationError as error:
        rule, _, path = str(error).partition(" - at `$.")
        yield ".".join(["jobs.job", *filter(None, [path.rstrip("`")])]), rule[0].lower() + rule[1:]
