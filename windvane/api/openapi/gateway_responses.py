"""Responses that API Gateway, or a server that failed, sends in place of a route's."""

from typing import Any

import msgspec

from windvane.api.openapi.content import describe_content
from windvane.api.openapi.headers import refer_to_headers
from windvane.api.problems import FieldError
from windvane.facts import (
    GATEWAY_TIMEOUT_SECONDS,
    PROBLEM_TYPE,
    PROBLEM_URI_PREFIX,
    SHARED_PROBLEMS,
)


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
        description: When it is sent.
        example: The body of the first status.
        headers: Names of the headers that it may have.
    """

    statuses: tuple[int, ...]
    description: str
    example: GatewayProblem
    headers: tuple[str, ...] = ()


def _build_example(name: str, status: int | msgspec.UnsetType = msgspec.UNSET) -> GatewayProblem:
    title, detail = SHARED_PROBLEMS[name]
    return GatewayProblem(PROBLEM_URI_PREFIX + name, title, detail, [], status)


GATEWAY_RESPONSES = {
    "TokenNeeded": GatewayResponse(
        (401,),
        "In AWS, in stages whose callers are users of a pool: no valid token is in "
        "`Authorization`.",
        _build_example("token-needed", 401),
    ),
    "KeyNeeded": GatewayResponse(
        (403,),
        "In AWS: no valid key is in `x-api-key`, the firewall refused the request, or it is not "
        "signed, in stages whose callers sign.",
        _build_example("key-needed", 403),
    ),
    "Throttled": GatewayResponse(
        (429,),
        "In AWS: too many requests at once, with `Retry-After`; or the key's requests of today "
        "are used up.",
        _build_example("throttled", 429),
        ("Retry-After",),
    ),
    "Unexpected": GatewayResponse(
        (502, 500),
        "Something went wrong here, and the request is not at fault: 502 in AWS, else 500.",
        _build_example("unexpected"),
    ),
    "TimedOut": GatewayResponse(
        (504,),
        f"In AWS: the answer took longer than {GATEWAY_TIMEOUT_SECONDS} seconds.",
        _build_example("timed-out", 504),
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
