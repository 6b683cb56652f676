"""Errors of requests, as RFC 9457 problem documents.

ProblemError
├── MalformedBodyError     400  the body cannot be read as JSON
├── MalformedRequestError  400  not HTTP/1.1, or a header or the query string is not UTF-8
├── HostUnclearError       400  Host is missing, repeated or malformed
├── KeyNeededError         403  no valid API key
├── OriginRefusedError     403  a page of another origin
├── RouteNotFoundError     404
├── ResultNotFoundError    404  no such result, or it has expired
├── JobsNotEnabledError    404  no bulk jobs here, or not for this caller
├── UnknownJobError        404  no such job
├── MethodNotAllowedError  405  with Allow
├── BodyTimeoutError       408  the body did not arrive in time
├── KeyInUseError          409  a request with this Idempotency-Key is in progress
├── JobNotRedrivableError  409  the job's state does not allow a redrive
├── ResultDamagedError     410  the result's record cannot be read
├── BodyTooLargeError      413
├── ContentTypeError       415
├── HostUnknownError       421  Host is not a name of this server
├── FieldRuleError         422  a field breaks a rule
├── KeyReusedError         422  the Idempotency-Key was sent with another request before
├── HeadersTooLargeError   431  URL, headers and trailers exceed a limit
├── OverloadedError        503  with Retry-After
├── ServerStoppingError    503  with Retry-After
├── ModelNotReadyError     503  with Retry-After
├── LogUnavailableError    503  with Retry-After
└── JobsUnreachableError   503  with Retry-After
"""

from collections.abc import Mapping

import msgspec
from aws_lambda_powertools.event_handler import Response

from windvane.facts import PROBLEM_TYPE, PROBLEM_URI_PREFIX, SHARED_PROBLEMS


class FieldError(msgspec.Struct, frozen=True):
    """A field of the request and the rule that it breaks."""

    field: str
    rule: str


class Problem(msgspec.Struct, frozen=True):
    """A problem document (RFC 9457). It never repeats what the caller sent."""

    type: str
    title: str
    status: int
    detail: str
    errors: list[FieldError]


class ProblemError(Exception):
    """An error that the caller gets as a problem document.

    Attributes:
        error: The field and its rule; it never repeats what the caller sent.
        hint: A sentence on what to do, or an empty string.
        headers: Headers that the status asks for.
    """

    def __init__(
        self, field: str, rule: str, *, hint: str = "", headers: Mapping[str, str] | None = None
    ) -> None:
        super().__init__(f"{field}: {rule}")
        self.error = FieldError(field, rule)
        self.hint = hint
        self.headers = dict(headers or {})


class MalformedBodyError(ProblemError):
    """The body cannot be read as JSON."""


class MalformedRequestError(ProblemError):
    """The request is not HTTP/1.1, or a header or the query string is not UTF-8."""


class HostUnclearError(ProblemError):
    """Host is missing, repeated or malformed."""

    def __init__(self) -> None:
        super().__init__("host", "one name or address")


class KeyNeededError(ProblemError):
    """The request has no valid API key."""

    def __init__(self) -> None:
        _, hint = SHARED_PROBLEMS["key-needed"]
        super().__init__("x-api-key", "a valid API key", hint=hint)


class OriginRefusedError(ProblemError):
    """The request comes from a page of an origin that may not use this server."""

    def __init__(self) -> None:
        hint = "WINDVANE_ALLOWED_ORIGINS lists the origins whose pages may use this server."
        super().__init__("origin", "this server's or an allowed one", hint=hint)


class HostUnknownError(ProblemError):
    """Host is not a name of this server."""

    def __init__(self) -> None:
        hint = "WINDVANE_ALLOWED_HOSTS lists further names of this server."
        super().__init__("host", "a name of this server", hint=hint)


class RouteNotFoundError(ProblemError):
    """No route has this path."""


class ResultNotFoundError(ProblemError):
    """No result has this id, it has expired, or none are recorded here."""

    def __init__(self) -> None:
        super().__init__("result_id", "that of a result which is kept")


class ResultDamagedError(ProblemError):
    """The result's record cannot be read."""

    def __init__(self) -> None:
        super().__init__(
            "result_id", "that of a result which can be read", hint="DELETE erases the record."
        )


class JobsNotEnabledError(ProblemError):
    """There are no bulk jobs here, or not for this caller."""

    def __init__(self, hint: str = "WINDVANE_JOBS_ARN names what runs them.") -> None:
        super().__init__("jobs", "enabled", hint=hint)


class UnknownJobError(ProblemError):
    """No job has this id, or it ended more than 90 days ago."""

    def __init__(self) -> None:
        super().__init__("job_id", "that of a job which is known")


class JobNotRedrivableError(ProblemError):
    """The job runs, succeeded, or ended too long ago."""

    def __init__(self) -> None:
        rule = "failed or stopped, within the last 14 days"
        super().__init__("job", rule)


class MethodNotAllowedError(ProblemError):
    """The route has other methods."""


class BodyTimeoutError(ProblemError):
    """The body did not arrive in time."""


class KeyInUseError(ProblemError):
    """A request with this Idempotency-Key is in progress."""

    def __init__(self) -> None:
        super().__init__(
            "idempotency-key",
            "that of no request which is being answered",
            hint="Try again in a second.",
            headers={"Retry-After": "1"},
        )


class BodyTooLargeError(ProblemError):
    """The body is larger than a function may be sent."""


class ContentTypeError(ProblemError):
    """The content type is not JSON, or the body is compressed."""


class FieldRuleError(ProblemError):
    """A field breaks a rule."""


class KeyReusedError(ProblemError):
    """The Idempotency-Key was sent with another request before."""

    def __init__(self) -> None:
        super().__init__("idempotency-key", "a new one for each other request")


class HeadersTooLargeError(ProblemError):
    """URL, headers and trailers exceed a limit."""


class OverloadedError(ProblemError):
    """Too many requests are waiting, or their bodies take too much memory."""

    def __init__(self) -> None:
        super().__init__(
            "server", "not overloaded", hint="Try again in a second.", headers={"Retry-After": "1"}
        )


class ServerStoppingError(ProblemError):
    """The server stops before the request has finished."""

    def __init__(self) -> None:
        super().__init__(
            "server", "not stopping", hint="Try again in a second.", headers={"Retry-After": "1"}
        )


class ModelNotReadyError(ProblemError):
    """The model is still being loaded."""

    def __init__(self) -> None:
        super().__init__(
            "model", "loaded", hint="Try again in a second.", headers={"Retry-After": "1"}
        )


class LogUnavailableError(ProblemError):
    """The result log does not respond."""

    def __init__(self) -> None:
        super().__init__(
            "result_log", "reachable", hint="Try again in a second.", headers={"Retry-After": "1"}
        )


class JobsUnreachableError(ProblemError):
    """What runs the jobs does not respond, or does not allow it."""

    def __init__(self) -> None:
        super().__init__(
            "jobs", "reachable", hint="Try again in a second.", headers={"Retry-After": "1"}
        )


class ProblemKind(msgspec.Struct, frozen=True):
    """Status, name and title of one kind of problem."""

    status: int
    name: str
    title: str

    @property
    def type(self) -> str:
        """The URI that identifies the kind."""
        return PROBLEM_URI_PREFIX + self.name


PROBLEMS: dict[type[ProblemError], ProblemKind] = {
    MalformedBodyError: ProblemKind(400, "malformed-body", "The body is not JSON"),
    MalformedRequestError: ProblemKind(400, "malformed-request", "The request is malformed"),
    HostUnclearError: ProblemKind(400, "host-unclear", "Host is missing, repeated or malformed"),
    KeyNeededError: ProblemKind(403, "key-needed", SHARED_PROBLEMS["key-needed"][0]),
    OriginRefusedError: ProblemKind(403, "origin-refused", "Other origins are refused"),
    RouteNotFoundError: ProblemKind(404, "route-not-found", "There is no such route"),
    ResultNotFoundError: ProblemKind(404, "result-not-found", "There is no such result"),
    JobsNotEnabledError: ProblemKind(404, "jobs-not-enabled", "There are no bulk jobs here"),
    UnknownJobError: ProblemKind(404, "job-not-found", "There is no such job"),
    MethodNotAllowedError: ProblemKind(405, "method-not-allowed", "The route has other methods"),
    BodyTimeoutError: ProblemKind(408, "body-timeout", "The body took too long to come"),
    KeyInUseError: ProblemKind(409, "key-in-use", "The first request is being answered"),
    JobNotRedrivableError: ProblemKind(409, "job-not-redrivable", "The job cannot be run again"),
    ResultDamagedError: ProblemKind(410, "result-damaged", "The record of the result is damaged"),
    BodyTooLargeError: ProblemKind(413, "body-too-large", "The body is too large"),
    ContentTypeError: ProblemKind(415, "not-json", "The content type is not JSON"),
    HostUnknownError: ProblemKind(421, "host-unknown", "This server has other names"),
    FieldRuleError: ProblemKind(422, "field-rule", "A field breaks a rule"),
    KeyReusedError: ProblemKind(422, "key-reused", "The key came with another request"),
    HeadersTooLargeError: ProblemKind(431, "headers-too-large", "The headers are too large"),
    OverloadedError: ProblemKind(503, "overloaded", "Too many requests are waiting"),
    ServerStoppingError: ProblemKind(503, "server-stopping", "The server is stopping"),
    ModelNotReadyError: ProblemKind(503, "model-not-ready", "The model is not ready"),
    LogUnavailableError: ProblemKind(503, "log-unavailable", "The result log does not answer"),
    JobsUnreachableError: ProblemKind(503, "jobs-unavailable", "Bulk jobs do not answer"),
}
"""The one table from error to status."""

UNEXPECTED = ProblemKind(500, "unexpected", SHARED_PROBLEMS["unexpected"][0])
"""An error of our own in the local server; in AWS it fails the invocation instead."""


def to_problem(error: ProblemError) -> Problem:
    """Build the problem document of an error."""
    kind = PROBLEMS[type(error)]
    detail = f"The rule for {error.error.field} is: {error.error.rule}. {error.hint}".rstrip()
    return Problem(kind.type, kind.title, kind.status, detail, [error.error])


def to_response(error: ProblemError) -> Response[str]:
    """Build the response with the problem document of an error."""
    return _problem_response(to_problem(error), error.headers)


def to_unexpected_response() -> Response[str]:
    """Build the response to an error of our own, without its details."""
    _, detail = SHARED_PROBLEMS["unexpected"]
    problem = Problem(UNEXPECTED.type, UNEXPECTED.title, UNEXPECTED.status, detail, [])
    return _problem_response(problem, {})


def _problem_response(problem: Problem, headers: Mapping[str, str]) -> Response[str]:
    body = msgspec.json.encode(problem).decode()
    return Response(problem.status, PROBLEM_TYPE, body, headers)
