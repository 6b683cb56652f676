"""From routes to what a resolver of powertools includes."""

import re
from collections.abc import Callable, Sequence
from http import HTTPStatus
from typing import Any

import msgspec
from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.event_handler.api_gateway import Router
from aws_lambda_powertools.event_handler.exceptions import NotFoundError

from windvane.api.powertools_internals import compile_path, to_rule
from windvane.api.problems import (
    MethodNotAllowedError,
    ProblemError,
    RouteNotFoundError,
    to_response,
)
from windvane.api.route import JSON, Handler, Route

TRAILING_SLASHES = re.compile(r"(?<!/)/+\Z")
"""Slashes at the end of a path, which resolvers ignore; found in linear time."""


class RouteTable:
    """Finds the route of a request as powertools does."""

    def __init__(self, routes: Sequence[Route]) -> None:
        self._exact = {(route.method, route.path): route for route in routes}
        self._patterns = [(compile_path(route.path), route) for route in routes]

    def find(self, path: str) -> list[Route]:
        """Find the routes of a path, whatever their method."""
        path = path.rstrip("/") or "/"
        return [route for pattern, route in self._patterns if pattern.match(path)]

    def match(self, method: str, path: str) -> Route | None:
        """Find the route that serves a request."""
        method = "GET" if method == "HEAD" else method
        if exact := self._exact.get((method, path)):
            return exact
        return next((route for route in self.find(path) if route.method == method), None)

    def to_error_response(self, path: str, error: ProblemError) -> Response[str]:
        """Build the response to an error, in the form that the path's clients read."""
        routes = self.find(path)
        return routes[0].to_error(error) if routes else to_response(error)


def run_here(handler: Handler) -> Handler:
    """Let a handler run where it is called."""
    return handler


def build_router(
    routes: Sequence[Route], run_slow: Callable[[Handler], Handler] = run_here
) -> Router:
    """Build the router that a resolver includes.

    Args:
        routes: Every route, bound to its dependencies.
        run_slow: Wraps the handlers of slow routes, such as to run them in a thread.
    """
    table = RouteTable(routes)
    router = Router()  # type: ignore[no-untyped-call] # powertools' own
    for route in routes:
        handler = _build_handler(router, route)
        methods = [route.method, "HEAD"] if route.method == "GET" else [route.method]
        router.route(to_rule(route.path), methods)(run_slow(handler) if route.is_slow else handler)
    router.exception_handler(NotFoundError)(lambda _: _respond_unrouted(router, table))
    return router


def to_json_response(body: Any, status: int = HTTPStatus.OK) -> Response[str]:  # noqa: ANN401 - any that msgspec encodes
    """Build a response with a body that msgspec encodes."""
    return Response(status, JSON, msgspec.json.encode(body).decode())


def _build_handler(router: Router, route: Route) -> Handler:
    def handle(**path_parameters: str) -> Response[str]:
        response: Response[str]
        try:
            response = route.handler(router.current_event, **path_parameters)
        except ProblemError as error:
            response = route.to_error(error)
        if router.current_event.http_method.upper() == "HEAD":
            response.body = ""
        return response

    return handle


def _respond_unrouted(router: Router, table: RouteTable) -> Response[str]:
    path = router.current_event.path
    routes = table.find(path)
    if not routes:
        return to_response(RouteNotFoundError("path", "one of those in /openapi.json"))
    headers = {"Allow": _list_methods(routes)}
    if router.current_event.http_method.upper() == "OPTIONS":
        return Response(HTTPStatus.NO_CONTENT, body="", headers=headers)
    error = MethodNotAllowedError("method", f"one of {headers['Allow']}", headers=headers)
    return table.to_error_response(path, error)


def _list_methods(routes: Sequence[Route]) -> str:
    methods = {route.method for route in routes}
    return ", ".join([*sorted(methods), *(["HEAD"] if "GET" in methods else []), "OPTIONS"])
