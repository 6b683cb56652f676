"""What may be answered by API Gateway before a request reaches a route, or in a route's stead."""

from typing import Any

import msgspec

from windvane.api.openapi.content import describe_content
from windvane.api.openapi.headers import refer_to_headers
from windvane.api.problems import UNEXPECTED, FieldError
from windvane.facts import PROBLEM_TYPE


class GatewayProblem(msgspec.Struct, frozen=True, omit_defaults=True):
    """A problem document that no route wrote; ``errors`` is empty."""

    type: str
    title: str
    detail: str
    errors: list[FieldError]
    status: int | msgspec.UnsetType = msgspec.UNSET


class GatewayResponse(msgspec.Struct, frozen=True):
    """One of the responses.

    Attributes:
        statuses: HTTP statuses.
        description: When it is answered.
        example: The body of the first status.
        headers: Names of the headers that it may have.
    """

    statuses: tuple[int, ...]
    description: str
    example: GatewayProblem
    headers: tuple[str, ...] = ()


GATEWAY_RESPONSES = {
    "KeyNeeded": GatewayResponse(
        (403,),
        "In AWS: no valid key is in `x-api-key`, or the firewall refused the request.",
        GatewayProblem(
            "urn:windvane:problem:key-needed",
            "A valid API key is needed",
            "Send the key in the x-api-key header.",
            [],
            403,
        ),
    ),
    "Throttled": GatewayResponse(
        (429,),
        "In AWS: too many requests at once, with `Retry-After`; or the key's requests of today "
        "are used up.",
        GatewayProblem(
            "urn:windvane:problem:throttled",
            "Too many requests",
            "Try again in a second.",
            [],
            429,
        ),
        ("Retry-After",),
    ),
    "Unexpected": GatewayResponse(
        (502, 500),
        "Something went wrong here, and the request is not at fault: 502 in AWS, else 500.",
        GatewayProblem(
            UNEXPECTED.type,
            UNEXPECTED.title,
            "The request is not at fault; the server's log says more.",
            [],
        ),
    ),
    "TimedOut": GatewayResponse(
        (504,),
        "In AWS: the answer took longer than 29 seconds.",
        GatewayProblem(
            "urn:windvane:problem:timed-out",
            "The answer took too long",
            "Try again, with fewer or shorter texts.",
            [],
            504,
        ),
    ),
}


def refer_to_gateway_responses() -> dict[str, Any]:
    """Refer to each response by its statuses."""
    return {
        str(status): {"$ref": f"#/components/responses/{name}"}
        for name, response in GATEWAY_RESPONSES.items()
        for status in response.statuses
    }


def describe_gateway_responses() -> dict[str, Any]:
    """Describe each response, by its name."""
    return {name: _describe(response) for name, response in GATEWAY_RESPONSES.items()}


def _describe(response: GatewayResponse) -> dict[str, Any]:
    example = msgspec.to_builtins(response.example)
    described: dict[str, Any] = {
        "description": response.description,
        "content": describe_content(GatewayProblem, example, PROBLEM_TYPE),
    }
    if response.headers:
        described["headers"] = refer_to_headers(response.headers)
    return described
