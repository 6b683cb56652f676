"""The declaration of a route, which both the router and the OpenAPI document read."""

from collections.abc import Callable, Sequence
from functools import partial
from http import HTTPStatus
from importlib import import_module
from typing import Any

import msgspec
from aws_lambda_powertools.event_handler import Response

from windvane.api.classification_service import ClassificationService, GetClassifier
from windvane.api.jobs.job_access import JobAccess
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
    to_response,
)
from windvane.result_log.result_log import ResultLog
from windvane.settings import Settings

Handler = Callable[..., Any]
"""Serves a route: takes the event and the path parameters, returns a response of powertools.

A handler in a declaration takes the `Dependencies` after the event. The local server wraps the
handlers of slow routes in coroutine functions.
"""

ToError = Callable[[ProblemError], Response[str]]

JSON = "application/json"

READ_ERRORS = (MalformedRequestError, ModelNotReadyError)
"""Problems of a request for what the model is."""

BODY_ERRORS = (
    MalformedBodyError,
    MalformedRequestError,
    BodyTimeoutError,
    BodyTooLargeError,
    ContentTypeError,
    FieldRuleError,
)
"""Problems of a request with a JSON body."""

MODEL_ERRORS = (*BODY_ERRORS, OverloadedError, ModelNotReadyError)
"""Problems of a request that runs the model."""


class Lazy(msgspec.Struct, frozen=True):
    """An object whose module is imported when the object is first used.

    Attributes:
        reference: ``module:name``, written out, so that a search for the module finds it.
    """

    reference: str

    def load(self) -> Any:  # noqa: ANN401 - any object
        """Import the object."""
        module, _, name = self.reference.partition(":")
        return getattr(import_module(module), name)

    def __call__(self, *arguments: Any, **options: Any) -> Any:  # noqa: ANN401 - the function's
        """Call the object, which is a function."""
        return self.load()(*arguments, **options)


class Dependencies(msgspec.Struct, frozen=True):
    """What handlers work with.

    Attributes:
        classification: Classifies and records texts.
        get_classifier: Returns the classifier, or raises `ModelNotReadyError`.
        settings: The limits.
        result_log: Where results are recorded; None if they are not.
        jobs: Where bulk jobs run; None if there are none.
    """

    classification: ClassificationService
    get_classifier: GetClassifier
    settings: Settings
    result_log: ResultLog | None
    jobs: JobAccess | None = None


class ForeignError(msgspec.Struct, frozen=True, kw_only=True):
    """An error response in the form of another service.

    Attributes:
        status: HTTP status.
        body: A type whose JSON schema msgspec can give.
        example: A body.
        description: When it is sent.
        media_type: Of the body.
        headers: Names of its headers, beside those of every response.
    """

    status: int
    body: Any
    example: Any
    description: str
    media_type: str = JSON
    headers: Sequence[str] = ()


class Route(msgspec.Struct, frozen=True):
    """One method of one path: how it is served, and how the OpenAPI document describes it.

    Whatever may be `Lazy` is not needed before the first request, or not at all by the router.
    Types are such that msgspec can give their JSON schema; a tuple means one of several types.

    Attributes:
        method: HTTP method.
        path: Path as powertools writes it, with ``<name>`` for a path parameter.
        handler: Serves the route.
        is_slow: Whether it runs the model or reads the result log.
        to_error: Builds the response to an error, in the form that the path's clients read.
        summary: A line; a route without one is not in the OpenAPI document.
        description: More than a line, where needed.
        parameters: OpenAPI's parameter objects.
        request: Type of the request's body; None if it has none.
        request_example: A request's body.
        request_media_type: Of the request's body.
        response: Type of the response's body; None if it has none.
        response_example: A response's body.
        response_media_type: Of the response's body.
        response_headers: Names of the response's headers, beside those of every response.
        status: Of the response.
        links: OpenAPI's link objects by name: routes that take what the response holds.
        referenced_types: Types that only `limit_schemas` refers to.
        limit_schemas: Adds to the schemas (by name) what settings and labels decide.
        errors: Problems that it may respond with.
        foreign_errors: `ForeignError` objects that it may respond with.
    """

    method: str
    path: str
    handler: Handler
    is_slow: bool = False
    to_error: ToError = to_response
    summary: str = ""
    description: str | Lazy = ""
    parameters: Sequence[Lazy] | Lazy = ()
    request: Any = None
    request_example: Any = None
    request_media_type: str | Lazy = JSON
    response: Any = None
    response_example: Any = None
    response_media_type: str | Lazy = JSON
    response_headers: Sequence[str] = ()
    status: int = HTTPStatus.OK
    links: Lazy | None = None
    referenced_types: Sequence[type] = ()
    limit_schemas: Lazy | None = None
    errors: Sequence[type[ProblemError]] = ()
    foreign_errors: Sequence[ForeignError] | Lazy = ()

    def bind(self, dependencies: Dependencies) -> "Route":
        """Return the route with a handler that takes only event and path parameters."""
        handler = partial(_serve, self.handler, dependencies)
        return msgspec.structs.replace(self, handler=handler)


def _serve(
    handler: Handler, dependencies: Dependencies, event: object, **path_parameters: str
) -> Any:  # noqa: ANN401 - as the handler returns
    return handler(event, dependencies, **path_parameters)


def load(value: Any) -> Any:  # noqa: ANN401 - any field of a route
    """Return a field of a route, imported if it is `Lazy`, and so each item of a tuple."""
    if isinstance(value, tuple):
        return tuple(load(item) for item in value)
    return value.load() if isinstance(value, Lazy) else value
