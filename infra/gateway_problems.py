"""API Gateway's own error responses, as problem documents (RFC 9457) like those of the function."""

import json
from dataclasses import dataclass

from windvane.facts import MAX_BODY_BYTES, PROBLEM_URI_PREFIX, SHARED_PROBLEMS


@dataclass(frozen=True, kw_only=True)
class GatewayProblem:
    """One kind of problem that never reaches the function.

    Attributes:
        responses: API Gateway's names of the responses; see
            https://docs.aws.amazon.com/apigateway/latest/developerguide/supported-gateway-response-types.html.
        status: HTTP status; None keeps API Gateway's, which the body then leaves out.
        name: Last part of the URI that identifies the kind.
        text: Title (what is wrong) and detail (what to do).
        retry_after_seconds: When a retry may succeed, if ever.
    """

    responses: tuple[str, ...]
    status: int | None = None
    name: str
    text: tuple[str, str]
    retry_after_seconds: int | None = None

    @property
    def type(self) -> str:
        """The URI that identifies the kind."""
        return PROBLEM_URI_PREFIX + self.name

    @property
    def title(self) -> str:
        """What is wrong."""
        return self.text[0]

    @property
    def detail(self) -> str:
        """What to do."""
        return self.text[1]

    @property
    def body(self) -> str:
        """The problem document as JSON."""
        status = {} if self.status is None else {"status": self.status}
        fields = {"type": self.type, "title": self.title, **status, "detail": self.detail}
        return json.dumps({**fields, "errors": []})


GATEWAY_PROBLEMS = (
    GatewayProblem(
        responses=("DEFAULT_4XX",),
        name="malformed-request",
        text=("The request is malformed", "The request cannot be read."),
    ),
    GatewayProblem(
        responses=("INVALID_API_KEY",),
        status=403,
        name="key-needed",
        text=SHARED_PROBLEMS["key-needed"],
    ),
    GatewayProblem(
        responses=(
            "ACCESS_DENIED",
            "EXPIRED_TOKEN",
            "INVALID_SIGNATURE",
            "MISSING_AUTHENTICATION_TOKEN",
        ),
        status=403,
        name="not-authorized",
        text=(
            "The caller may not use the API",
            "Sign the request (SigV4, service execute-api) as somebody who may call it.",
        ),
    ),
    GatewayProblem(
        responses=("UNAUTHORIZED",),
        status=401,
        name="token-needed",
        text=SHARED_PROBLEMS["token-needed"],
    ),
    GatewayProblem(
        responses=("WAF_FILTERED",),
        status=403,
        name="filtered",
        text=(
            "The firewall refused the request",
            "It looks like an attack, or too many came from this address.",
        ),
    ),
    GatewayProblem(
        responses=("REQUEST_TOO_LARGE",),
        status=413,
        name="body-too-large",
        text=("The body is too large", f"The rule for body is: at most {MAX_BODY_BYTES} bytes."),
    ),
    GatewayProblem(
        responses=("THROTTLED",),
        status=429,
        name="throttled",
        text=SHARED_PROBLEMS["throttled"],
        retry_after_seconds=1,
    ),
    GatewayProblem(
        responses=("QUOTA_EXCEEDED",),
        status=429,
        name="quota-exceeded",
        text=(
            "The key's requests of today are used up",
            "Try again tomorrow (UTC), or ask for a larger quota.",
        ),
    ),
    GatewayProblem(
        # A function that failed is a 502 here.
        responses=("DEFAULT_5XX",),
        name="unexpected",
        text=SHARED_PROBLEMS["unexpected"],
    ),
    GatewayProblem(
        responses=("INTEGRATION_FAILURE", "INTEGRATION_TIMEOUT"),
        status=504,
        name="timed-out",
        text=SHARED_PROBLEMS["timed-out"],
    ),
)
