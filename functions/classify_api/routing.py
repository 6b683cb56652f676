"""Routes, and how a resolver of powertools is given them."""

import re
from collections.abc import Callable, Sequence
from http import HTTPStatus
from typing import Any, Protocol

import msgspec
from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.event_handler.api_gateway import Router
from aws_lambda_powertools.event_handler.exceptions import NotFoundError

from functions.classify_api.problems import (
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

TRAILING_SLASHES = re.compile("/+$")
"""What some clients add to every path, and resolvers leave out."""


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
    router = Router()  # type: ignore[no-untyped-call] # powertools' own
    for route in routes:
        handler = _build_handler(router, route)
        methods = [route.method, "HEAD"] if route.method == "GET" else [route.method]
        router.route(route.path, methods)(run_slow(handler) if route.is_slow else handler)
    router.exception_handler(NotFoundError)(lambda _: _answer_unrouted(router, routes))
    return router


def answer_error(routes: Sequence[Route], path: str, error: ProblemError) -> Response[str]:
    """Answer an error in the form that the path's clients read."""
    found = _find(routes, path)
    return found[0].to_error(error) if found else to_response(error)


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


def _answer_unrouted(router: Router, routes: Sequence[Route]) -> Response[str]:
    path = router.context["_path"]
    found = _find(routes, path)
    if not found:
        return to_response(RouteNotFoundError("path", "one of those in /openapi.json"))
    headers = {"Allow": _allow(found)}
    if router.current_event.http_method.upper() == "OPTIONS":
        return Response(HTTPStatus.NO_CONTENT, body="", headers=headers)
    error = MethodNotAllowedError("method", f"one of {headers['Allow']}", headers=headers)
    return answer_error(routes, path, error)


def _find(routes: Sequence[Route], path: str) -> list[Route]:
    return [route for route in routes if _matches(route, path.rstrip("/") or "/")]


def _matches(route: Route, path: str) -> bool:
    return bool(re.fullmatch(re.sub("<[^>]+>", r"[\\w.-]+", re.escape(route.path)), path))


def _allow(routes: Sequence[Route]) -> str:
    methods = {route.method for route in routes}
    return ", ".join([*sorted(methods), *(["HEAD"] if "GET" in methods else []), "OPTIONS"])
