"""Why a job failed, in a sentence that shows nothing of a text."""

import msgspec

from windvane.jobs import errors
from windvane.jobs.job_state import JobFailure

MAX_REASON_CHARS = 1000
TIMED_OUT = "States.Timeout"
OWN_ERRORS = frozenset(name for name in vars(errors) if name.endswith("Error"))
"""Errors whose message is a sentence of ours."""

REASONS = {
    TIMED_OUT: "The job took longer than its state machine allows.",
    "States.ExceedToleratedFailureThreshold": "More parts failed than the job tolerates; a redrive "
    "runs them again.",
    "States.ItemReaderFailed": "Step Functions could not read the list of parts.",
    "States.Permissions": "The state machine may not call its functions.",
    "Lambda.TooManyRequestsException": "The job's functions were throttled for too long.",
}
"""By the names that Step Functions gives errors:
https://docs.aws.amazon.com/step-functions/latest/dg/concepts-error-handling.html"""


class _LambdaCause(msgspec.Struct):
    errorMessage: str  # noqa: N815 - Lambda's name


def to_failure(error: str, cause: str) -> JobFailure:
    """Tell why an execution failed.

    Args:
        error: Name of the error as Step Functions has it.
        cause: Its cause: a sentence, or the JSON that a function's error turns into. What another
            error than ours says is left out, as it may quote what was read.
    """
    name = error.rpartition(".")[2] if error.rpartition(".")[2] in OWN_ERRORS else error
    if name in OWN_ERRORS and (sentence := _read_sentence(cause)):
        return JobFailure(name, sentence[:MAX_REASON_CHARS])
    reason = REASONS.get(name, "An unexpected error; the log of the job's functions says more.")
    return JobFailure(name[:MAX_REASON_CHARS] or "Error", reason)


def _read_sentence(cause: str) -> str:
    try:
        return msgspec.json.decode(cause, type=_LambdaCause).errorMessage
    except msgspec.DecodeError:
        return cause
