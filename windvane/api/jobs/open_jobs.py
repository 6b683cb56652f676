"""Gives a handler the jobs, and turns their errors into problems."""

from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import sha256
from uuid import uuid4

from windvane.api.caller import current_caller
from windvane.api.problems import (
    FieldRuleError,
    JobsNotEnabledError,
    JobsUnreachableError,
    UnknownJobError,
)
from windvane.api.route import Dependencies
from windvane.aws.errors import AwsSetupError
from windvane.jobs.allowed_locations import check_locations
from windvane.jobs.errors import (
    JobFieldError,
    JobNotFoundError,
    JobsDeniedError,
    JobsUnavailableError,
)
from windvane.jobs.executions import Executions
from windvane.jobs.job import Job
from windvane.jobs.step_functions import CursorError
from windvane.observability import logger
from windvane.settings import Settings

NOT_FOR_ALL = (
    "The locations of jobs are shared, so that a client which sees its own results alone has none."
)


@contextmanager
def open_jobs(dependencies: Dependencies) -> Iterator[Executions]:
    """Give the jobs, and turn their errors into problems.

    Raises:
        FieldRuleError: A field of the job breaks a rule, or a cursor is none of a listing.
        JobsNotEnabledError: There are no jobs, or not for this caller.
        JobsUnreachableError: Step Functions did not respond, or does not allow it.
        UnknownJobError: No job has the id.
    """
    if dependencies.jobs is None:
        raise JobsNotEnabledError
    if current_caller().limited_to is not None:
        raise JobsNotEnabledError(NOT_FOR_ALL)
    try:
        yield dependencies.jobs.executions
    except JobFieldError as error:
        raise FieldRuleError(error.field, error.rule) from error
    except CursorError as error:
        raise FieldRuleError("cursor", "one that was answered with a page, within a day") from error
    except JobNotFoundError as error:
        raise UnknownJobError from error
    except (AwsSetupError, JobsDeniedError, JobsUnavailableError) as error:
        logger.error("jobs unavailable", reason=str(error))
        raise JobsUnreachableError from error


def check_job(job: Job, settings: Settings) -> Job:
    """Return a job whose locations are allowed.

    Raises:
        JobFieldError: One is not.
    """
    check_locations(job, inputs=settings.job_inputs, outputs=settings.job_outputs)
    return job


def new_job_id(key: str | None) -> str:
    """Return the id of a new job: 32 hexadecimal digits, as Comprehend's.

    Args:
        key: The request's idempotency key; with the same one, a caller gets the same id.
    """
    if key is None:
        return uuid4().hex
    return sha256(f"job\n{current_caller().key_id}\n{key}".encode()).hexdigest()[:32]
