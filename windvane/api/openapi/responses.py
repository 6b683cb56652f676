"""What a route may answer, as the document tells it."""

from collections.abc import Sequence
from typing import Any

import msgspec

from windvane.api.openapi import examples
from windvane.api.openapi.content import describe_content
from windvane.api.openapi.headers import EVERY_ANSWERS, refer_to_headers
from windvane.api.openapi.operation import ForeignError, Operation
from windvane.api.problems import (
    PROBLEMS,
    Problem,
    ProblemError,
    to_problem,
)
from windvane.facts import PROBLEM_TYPE


def describe_responses(operation: Operation) -> dict[str, Any]:
    """Describe every answer of a route's own, by status."""
    return {
        str(int(operation.status)): _describe_answer(operation),
        **_describe_problems(operation.errors),
        **_describe_foreign(operation.foreign_errors),
    }


def _describe_answer(operation: Operation) -> dict[str, Any]:
    described: dict[str, Any] = {
        "description": "Done.",
        "headers": refer_to_headers([*EVERY_ANSWERS, *operation.headers]),
    }
    if operation.answer is not None:
        described["description"] = _describe_type(operation.answer) or operation.summary
        described["content"] = describe_content(
            operation.answer, operation.answer_example, operation.media_type
        )
    if operation.links:
        described["links"] = dict(operation.links)
    return described


def _describe_type(answer: Any) -> str:  # noqa: ANN401 - a type
    """Say what a struct of ours says of itself; Python's own types say nothing of an answer."""
    is_ours = isinstance(answer, type) and issubclass(answer, msgspec.Struct)
    return (answer.__doc__ or "").strip() if is_ours else ""


def _describe_problems(errors: Sequence[type[ProblemError]]) -> dict[str, Any]:
    by_status: dict[int, list[type[ProblemError]]] = {}
    for error in errors:
        by_status.setdefault(PROBLEMS[error].status, []).append(error)
    return {str(status): _describe_status(kinds) for status, kinds in sorted(by_status.items())}


def _describe_status(errors: list[type[ProblemError]]) -> dict[str, Any]:
    example = msgspec.to_builtins(to_problem(examples.ERRORS[errors[0]]))
    sent = {name for error in errors for name in examples.ERRORS[error].headers}
    return {
        "description": ". ".join(PROBLEMS[error].title for error in errors) + ".",
        "headers": refer_to_headers([*EVERY_ANSWERS, *sorted(sent)]),
        "content": describe_content(Problem, example, PROBLEM_TYPE),
    }


def _describe_foreign(errors: Sequence[ForeignError]) -> dict[str, Any]:
    return {
        str(error.status): {
            "description": error.description,
            "headers": refer_to_headers([*EVERY_ANSWERS, *error.headers]),
            "content": describe_content(error.body, error.example, error.media_type),
        }
        for error in errors
    }
