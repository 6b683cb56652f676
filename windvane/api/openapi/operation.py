"""One route as the document tells it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any

from windvane.api.problems import (
    BodyTimeoutError,
    BodyTooLargeError,
    ContentTypeError,
    FieldRuleError,
    MalformedBodyError,
    MalformedRequestError,
    ModelNotReadyError,
    OverloadedError,
    ProblemError,
)

READ_ERRORS = (MalformedRequestError, ModelNotReadyError)
BODY_ERRORS = (
    MalformedBodyError,
    MalformedRequestError,
    BodyTimeoutError,
    BodyTooLargeError,
    ContentTypeError,
    FieldRuleError,
)
"""What a JSON body may be refused for."""

MODEL_ERRORS = (*BODY_ERRORS, OverloadedError, ModelNotReadyError)
"""What a request to the model may be refused for."""


@dataclass(frozen=True, kw_only=True)
class ForeignError:
    """An error in another service's form.

    Attributes:
        status: HTTP status.
        body: A type whose JSON schema msgspec can give.
        example: A body.
        description: When it is answered.
        media_type: Of the body.
        headers: Names of its headers, beside those that every answer has.
    """

    status: int
    body: Any
    example: Any
    description: str
    media_type: str = "application/json"
    headers: Sequence[str] = ()


@dataclass(frozen=True, kw_only=True)
class Operation:
    """One method of one path.

    Attributes:
        method: HTTP method in lower case.
        path: With ``{name}`` for what it holds.
        summary: A line.
        description: More than a line, where needed.
        answer: Type of the answer, such that msgspec can give its JSON schema, or a tuple of
            types one of which it is; nothing where there is no body.
        answer_example: An answer.
        status: Of the answer.
        media_type: Of the answer.
        request: Type of the request's body, or a tuple of types one of which it is.
        request_example: A request.
        request_media_type: Of the request's body.
        parameters: OpenAPI's parameter objects.
        headers: Names of the headers of the answer, beside those that every answer has.
        links: OpenAPI's link objects: where what the answer holds leads to, by name.
        errors: What may be answered as a problem document.
        foreign_errors: What may be answered in another service's form.
    """

    method: str
    path: str
    summary: str
    description: str = ""
    answer: Any = None
    answer_example: Any = None
    status: int = HTTPStatus.OK
    media_type: str = "application/json"
    request: Any = None
    request_example: Any = None
    request_media_type: str = "application/json"
    parameters: Sequence[dict[str, Any]] = ()
    headers: Sequence[str] = ()
    links: Mapping[str, dict[str, Any]] = field(default_factory=dict)
    errors: Sequence[type[ProblemError]] = ()
    foreign_errors: Sequence[ForeignError] = ()
