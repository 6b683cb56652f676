"""API Gateway's own error responses, as problem documents (RFC 9457) like those of the function."""

import json
from dataclasses import dataclass

from windvane.facts import MAX_BODY_BYTES, PROBLEM_URI_PREFIX


@dataclass(frozen=True, kw_only=True)
class GatewayProblem:
    """One kind of problem that never reaches the function.

    Attributes:
        responses: API Gateway's names of the responses; see
            https://docs.aws.amazon.com/apigateway/latest/developerguide/supported-gateway-response-types.html.
        status: HTTP status; None keeps API Gateway's, which the body then leaves out.
        name: Last part of the URI that identifies the kind.
        title: What is wrong.
        detail: What to do.
        retry_after_seconds: When a retry may succeed, if ever.
    """

    responses: tuple[str, ...]
    status: int | None = None
    name: str
    title: str
    detail: str
    retry_after_seconds: int | None = None

    @property
    def type(self) -> str:
        """The URI that identifies the kind."""
        return PROBLEM_URI_PREFIX + self.name

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
        title="The request is malformed",
        detail="The request cannot be read.",
    ),
    GatewayProblem(
        responses=(
            "ACCESS_DENIED",
            "EXPIRED_TOKEN",
            "INVALID_API_KEY",
            "INVALID_SIGNATURE",
            "MISSING_AUTHENTICATION_TOKEN",
        ),
        status=403,
        name="key-needed",
        title="A valid API key is needed",
        detail="Send the key in the x-api-key header.",
    ),
    GatewayProblem(
        responses=("WAF_FILTERED",),
        status=403,
        name="filtered",
        title="The firewall refused the request",
        detail="It looks like an attack, or too many came from this address.",
    ),
    GatewayProblem(
        responses=("REQUEST_TOO_LARGE",),
        status=413,
        name="body-too-large",
        title="The body is too large",
        detail=f"The rule for body is: at most {MAX_BODY_BYTES} bytes.",
    ),
    GatewayProblem(
        responses=("THROTTLED",),
        status=429,
        name="throttled",
        title="Too many requests",
        detail="Try again in a second.",
        retry_after_seconds=1,
    ),
    GatewayProblem(
        responses=("QUOTA_EXCEEDED",),
        status=429,
        name="quota-exceeded",
        title="The key's requests of today are used up",
        detail="Try again tomorrow (UTC), or ask for a larger quota.",
    ),
    GatewayProblem(
        # A function that failed is a 502 here.
        responses=("DEFAULT_5XX",),
        name="unexpected",
        title="Something went wrong here",
        detail="The request is not at fault; the server's log says more.",
    ),
    GatewayProblem(
        responses=("INTEGRATION_FAILURE", "INTEGRATION_TIMEOUT"),
        status=504,
        name="timed-out",
        title="The answer took too long",
        detail="Try again, with fewer or shorter texts.",
    ),
)
