"""Calls to Step Functions about one state machine, and their responses.

Source: https://docs.aws.amazon.com/step-functions/latest/apireference/Welcome.html
"""

import re
import time
from collections.abc import Mapping
from typing import Any, Literal, TypeVar

import msgspec

from windvane.aws.endpoints import find_step_functions
from windvane.aws.errors import AwsError, AwsRefusalError, AwsSetupError
from windvane.aws.json_service import SERVER_ERROR, JsonProtocol, JsonService
from windvane.facts import STATE_MACHINE_ARN
from windvane.jobs.errors import (
    JobConflictError,
    JobError,
    JobNotFoundError,
    JobsDeniedError,
    JobsUnavailableError,
)

CALL_SECONDS = 5.0
"""For all calls that one question about a job takes."""

PROTOCOL = JsonProtocol(
    "AWSStepFunctions",
    "application/x-amz-json-1.0",
    frozenset({"ThrottlingException", "TooManyRequestsException", "KmsThrottlingException"}),
)
ExecutionStatus = Literal[
    "RUNNING", "SUCCEEDED", "FAILED", "TIMED_OUT", "ABORTED", "PENDING_REDRIVE"
]
T = TypeVar("T")

DENIED = {
    "AccessDeniedException": "AWS does not allow it; the role needs a grant for the state machine.",
    "KmsAccessDeniedException": "AWS does not allow it; the role needs a grant for the KMS key.",
    "StateMachineDoesNotExist": "The state machine of WINDVANE_JOBS_ARN does not exist.",
    "StateMachineDeleting": "The state machine of WINDVANE_JOBS_ARN is being deleted.",
}
CONFLICTS = {
    "ExecutionAlreadyExists": "Another job has this id.",
    "ExecutionNotRedrivable": "The job cannot be run again: only one that failed or was stopped "
    "can, within 14 days of its end.",
}
NOT_FOUND = frozenset({"ExecutionDoesNotExist", "ResourceNotFound"})


class CursorError(JobError):
    """The cursor is none that a listing gave, or has expired."""


class StartedExecution(msgspec.Struct, frozen=True):
    """Response of StartExecution; dates are in seconds since 1970."""

    startDate: float  # noqa: N815 - AWS's names, here and below


class ListedExecution(msgspec.Struct, frozen=True):
    """An execution in the response of ListExecutions."""

    name: str
    status: ExecutionStatus
    startDate: float  # noqa: N815
    stopDate: float | None = None  # noqa: N815


class Execution(ListedExecution, frozen=True):
    """Response of DescribeExecution."""

    input: str = ""
    output: str = ""
    error: str = ""
    cause: str = ""
    redriveCount: int = 0  # noqa: N815


class ExecutionList(msgspec.Struct, frozen=True):
    """Response of ListExecutions, newest first."""

    executions: tuple[ListedExecution, ...]
    nextToken: str | None = None  # noqa: N815


class ListedMapRun(msgspec.Struct, frozen=True):
    """A map run in the response of ListMapRuns."""

    mapRunArn: str  # noqa: N815


class MapRunList(msgspec.Struct, frozen=True):
    """Response of ListMapRuns."""

    mapRuns: tuple[ListedMapRun, ...]  # noqa: N815


class ItemCounts(msgspec.Struct, frozen=True):
    """Items of a map run by state."""

    total: int
    running: int = 0
    succeeded: int = 0
    failed: int = 0
    timedOut: int = 0  # noqa: N815
    aborted: int = 0


class MapRun(msgspec.Struct, frozen=True):
    """Response of DescribeMapRun."""

    itemCounts: ItemCounts  # noqa: N815


class Nothing(msgspec.Struct, frozen=True):
    """A response of which nothing is read."""


class StateMachine:
    """Calls Step Functions about one state machine; safe to use from several threads."""

    def __init__(self, arn: str, environ: Mapping[str, str]) -> None:
        """Read the ARN; connections are opened when needed.

        Args:
            arn: Of the state machine.
            environ: Credentials and endpoint, by the names that every AWS SDK reads.

        Raises:
            AwsSetupError: The ARN is none of a state machine, or a variable cannot be honoured.
        """
        match = re.fullmatch(STATE_MACHINE_ARN, arn)
        if match is None:
            raise AwsSetupError("WINDVANE_JOBS_ARN is not the ARN of a state machine.")
        self.arn = arn
        self._executions = arn.replace(":stateMachine:", ":execution:", 1)
        endpoint = find_step_functions(match["region"], environ)
        self._service = JsonService(endpoint, PROTOCOL, environ)

    def to_execution_arn(self, job_id: str) -> str:
        """Return the ARN of the execution with a name."""
        return f"{self._executions}:{job_id}"

    def call(
        self, operation: str, parameters: Mapping[str, Any], response: type[T], deadline: float
    ) -> T:
        """Call an operation and read its response.

        Raises:
            CursorError: The token for the next page is none of this list.
            JobConflictError: The execution's name or state forbids it.
            JobNotFoundError: There is no such execution.
            JobsDeniedError: AWS does not allow it.
            JobsUnavailableError: There was no valid response in time.
        """
        try:
            sent = self._service.call(operation, parameters, deadline)
            return msgspec.convert(sent, response)
        except AwsRefusalError as error:
            raise _translate(error) from error
        except (AwsError, msgspec.ValidationError) as error:
            raise JobsUnavailableError("Step Functions sent no valid response in time.") from error

    def close(self) -> None:
        """Close every connection."""
        self._service.close()


def start_clock() -> float:
    """Return the `time.monotonic` by which the calls of one question have to end."""
    return time.monotonic() + CALL_SECONDS


def _translate(error: AwsRefusalError) -> JobError:
    if error.code in NOT_FOUND:
        return JobNotFoundError("No job has this id.")
    if error.code == "InvalidToken":
        return CursorError("The cursor is none of this list, or older than a day.")
    if reason := CONFLICTS.get(error.code):
        return JobConflictError(reason)
    if reason := DENIED.get(error.code):
        return JobsDeniedError(reason)
    sentence = f"Step Functions answered {error.status} {error.code}."
    is_passing = error.code in PROTOCOL.throttled or error.status >= SERVER_ERROR
    return JobsUnavailableError(sentence) if is_passing else JobsDeniedError(sentence)
