"""The responses of a route, as the OpenAPI document describes them."""

from collections.abc import Sequence
from typing import Any

import msgspec

from windvane.api.openapi.content import describe_content
from windvane.api.openapi.headers import COMMON_HEADERS, refer_to_headers
from windvane.api.openapi.problem_examples import PROBLEM_EXAMPLES
from windvane.api.problems import (
    PROBLEMS,
    Problem,
    ProblemError,
    to_problem,
)
from windvane.api.route import ForeignError, Route, load
from windvane.facts import PROBLEM_TYPE


def describe_responses(route: Route) -> dict[str, Any]:
    """Describe every response of the route itself, by status."""
    return {
        str(int(route.status)): _describe_success(route),
        **_describe_problems(route.errors),
        **_describe_foreign(load(route.foreign_errors)),
    }


def _describe_success(route: Route) -> dict[str, Any]:
    described: dict[str, Any] = {
        "description": "Done.",
        "headers": refer_to_headers([*COMMON_HEADERS, *route.response_headers]),
    }
    response = load(route.response)
    if response is not None:
        described["description"] = _describe_type(response) or route.summary
        described["content"] = describe_content(
            response, route.response_example, load(route.response_media_type)
        )
    if route.links:
        described["links"] = route.links.load()
    return described


def _describe_type(response: Any) -> str:  # noqa: ANN401 - a type
    """Return the docstring of a struct of ours; the docstrings of Python's own types do not fit."""
    is_ours = isinstance(response, type) and issubclass(response, msgspec.Struct)
    return (response.__doc__ or "").strip() if is_ours else ""


def _describe_problems(errors: Sequence[type[ProblemError]]) -> dict[str, Any]:
    by_status: dict[int, list[type[ProblemError]]] = {}
    for error in errors:
        by_status.setdefault(PROBLEMS[error].status, []).append(error)
    return {str(status): _describe_status(kinds) for status, kinds in sorted(by_status.items())}


def _describe_status(errors: list[type[ProblemError]]) -> dict[str, Any]:
    example = msgspec.to_builtins(to_problem(PROBLEM_EXAMPLES[errors[0]]))
    sent = {name for error in errors for name in PROBLEM_EXAMPLES[error].headers}
    return {
        "description": ". ".join(PROBLEMS[error].title for error in errors) + ".",
        "headers": refer_to_headers([*COMMON_HEADERS, *sorted(sent)]),
        "content": describe_content(Problem, example, PROBLEM_TYPE),
    }


def _describe_foreign(errors: Sequence[ForeignError]) -> dict[str, Any]:
    return {
        str(error.status): {
            "description": error.description,
            "headers": refer_to_headers([*COMMON_HEADERS, *error.headers]),
            "content": describe_content(error.body, error.example, error.media_type),
        }
        for error in errors
    }
