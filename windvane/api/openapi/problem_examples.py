"""An example of each error that the OpenAPI document lists."""

from windvane.api.problems import (
    BodyTimeoutError,
    ContentTypeError,
    FieldRuleError,
    JobNotRedrivableError,
    JobsNotEnabledError,
    JobsUnreachableError,
    KeyInUseError,
    KeyReusedError,
    LogUnavailableError,
    MalformedBodyError,
    MalformedRequestError,
    ModelNotReadyError,
    OverloadedError,
    ProblemError,
    ResultDamagedError,
    ResultNotFoundError,
    UnknownJobError,
)
from windvane.api.request_body import body_too_large

PROBLEM_EXAMPLES: dict[type[ProblemError], ProblemError] = {
    type(error): error
    for error in (
        MalformedBodyError("body", "valid JSON"),
        MalformedRequestError("query", "UTF-8"),
        BodyTimeoutError("body", "sent within 20 seconds"),
        body_too_large(),
        ContentTypeError("content-type", "application/json"),
        FieldRuleError("text", "not blank"),
        KeyInUseError(),
        KeyReusedError(),
        OverloadedError(),
        ModelNotReadyError(),
        LogUnavailableError(),
        ResultNotFoundError(),
        ResultDamagedError(),
        JobsNotEnabledError(),
        UnknownJobError(),
        JobNotRedrivableError(),
        JobsUnreachableError(),
    )
}
