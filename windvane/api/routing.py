"""Routes, and how a resolver of powertools is given them."""

import re
from collections.abc import Callable, Sequence
from http import HTTPStatus
from typing import Any, Protocol

import msgspec
from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.event_handler.api_gateway import Router
from aws_lambda_powertools.event_handler.exceptions import NotFoundError

from windvane.api.powertools_internals import compile_path
from windvane.api.problems import (
    MethodNotAllowedError,
    ProblemError,
    RouteNotFoundError,
    to_response,
)

Answer = Callable[..., Response[str]]
"""Takes the event, and what the path holds by name."""

ToError = Callable[[ProblemError], Response[str]]

Handler = Callable[..., Any]
"""What a resolver calls: a function, or for the local server a coroutine function."""

TRAILING_SLASHES = re.compile(r"(?<!/)/+\Z")
"""Slashes at the end of a path, which resolvers ignore; found in linear time."""


class Route(msgspec.Struct, frozen=True):
    """One method of one path; ``<name>`` in the path is handed to the answer.

    Attributes:
        method: HTTP method.
        path: Path, as powertools writes it.
        answer: Answers the event.
        is_slow: Whether it runs the model or asks the result log.
        to_error: Answers what is wrong with a request to this path.
    """

    method: str
    path: str
    answer: Answer
    is_slow: bool = False
    to_error: ToError = to_response


class RouteTable:
    """Finds routes by the path of a request, the same ones that powertools finds."""

    def __init__(self, routes: Sequence[Route]) -> None:
        """Keep the routes."""
        self._exact = {(route.method, route.path): route for route in routes}
        self._patterns = [(compile_path(route.path), route) for route in routes]

    def find(self, path: str) -> list[Route]:
        """Find the routes of a path, whatever their method."""
        path = path.rstrip("/") or "/"
        return [route for pattern, route in self._patterns if pattern.match(path)]

    def match(self, method: str, path: str) -> Route | None:
        """Find the route that answers a request."""
        method = "GET" if method == "HEAD" else method
        if exact := self._exact.get((method, path)):
            return exact
        return next((route for route in self.find(path) if route.method == method), None)

    def answer_error(self, path: str, error: ProblemError) -> Response[str]:
        """Answer an error in the form that the path's clients read."""
        found = self.find(path)
        return found[0].to_error(error) if found else to_response(error)


class Feature(Protocol):
    """What answers some of the routes."""

    @property
    def routes(self) -> Sequence[Route]:
        """Its routes."""
        ...


def run_here(handler: Handler) -> Handler:
    """Let a handler run where it is called."""
    return handler


def build_router(
    routes: Sequence[Route], run_slow: Callable[[Handler], Handler] = run_here
) -> Router:
    """Build what a resolver includes.

    Args:
        routes: Every route.
        run_slow: Wraps the handlers of slow routes, such as to run them in a thread.
    """
    table = RouteTable(routes)
    router = Router()  # type: ignore[no-untyped-call] # powertools' own
    for route in routes:
        handler = _build_handler(router, route)
        methods = [route.method, "HEAD"] if route.method == "GET" else [route.method]
        router.route(route.path, methods)(run_slow(handler) if route.is_slow else handler)
    router.exception_handler(NotFoundError)(lambda _: _answer_unrouted(router, table))
    return router


def to_json_response(answer: Any, status: int = HTTPStatus.OK) -> Response[str]:  # noqa: ANN401 - any that msgspec encodes
    """Answer with what msgspec encodes."""
    return Response(status, "application/json", msgspec.json.encode(answer).decode())


def _build_handler(router: Router, route: Route) -> Handler:
    def handler(**of_path: str) -> Response[str]:
        try:
            response = route.answer(router.current_event, **of_path)
        except ProblemError as error:
            response = route.to_error(error)
        if router.current_event.http_method.upper() == "HEAD":
            response.body = ""
        return response

    return handler


def _answer_unrouted(router: Router, table: RouteTable) -> Response[str]:
    path = router.current_event.path
    found = table.find(path)
    if not found:
        return to_response(RouteNotFoundError("path", "one of those in /openapi.json"))
    headers = {"Allow": _allow(found)}
    if router.current_event.http_method.upper() == "OPTIONS":
        return Response(HTTPStatus.NO_CONTENT, body="", headers=headers)
    error = MethodNotAllowedError("method", f"one of {headers['Allow']}", headers=headers)
    return table.answer_error(path, error)


def _allow(routes: Sequence[Route]) -> str:
    methods = {route.method for route in routes}
    return ", ".join([*sorted(methods), *(["HEAD"] if "GET" in methods else []), "OPTIONS"])
