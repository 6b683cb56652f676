"""From routes to what a resolver of powertools includes."""

import re
from collections.abc import Sequence
from http import HTTPStatus
from typing import Any

import msgspec
from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.event_handler.api_gateway import Router
from aws_lambda_powertools.event_handler.exceptions import NotFoundError
from aws_lambda_powertools.utilities.data_classes.common import BaseProxyEvent

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
        self._patterns = {route.path: compile_path(route.path) for route in routes}
        self._routes = routes

    def find(self, path: str) -> list[Route]:
        """Find the routes of a path, whatever their method."""
        path = _strip_slashes(path)
        return [route for route in self._routes if self._patterns[route.path].match(path)]

    def match(self, method: str, path: str) -> Route | None:
        """Find the route that serves a request; one without path parameters first."""
        method = "GET" if method == "HEAD" else method
        if exact := self._exact.get((method, _strip_slashes(path))):
            return exact
        return next((route for route in self.find(path) if route.method == method), None)

    def read_parameters(self, route: Route, path: str) -> dict[str, str]:
        """Read the path parameters of a request that a route serves."""
        match = self._patterns[route.path].match(_strip_slashes(path))
        return match.groupdict() if match else {}

    def to_error_response(self, path: str, error: ProblemError) -> Response[str]:
        """Build the response to an error, in the form that the path's clients read."""
        routes = self.find(path)
        return routes[0].to_error(error) if routes else to_response(error)


def build_router(routes: Sequence[Route]) -> Router:
    """Build the router that a resolver includes.

    Args:
        routes: Every route, bound to its dependencies.
    """
    table = RouteTable(routes)
    router = Router()  # type: ignore[no-untyped-call] # powertools' own
    for route in routes:
        methods = [route.method, "HEAD"] if route.method == "GET" else [route.method]
        router.route(to_rule(route.path), methods)(_build_handler(router, route))
    router.exception_handler(NotFoundError)(lambda _: respond_unrouted(router.current_event, table))
    return router


def respond(route: Route, event: BaseProxyEvent, path_parameters: dict[str, str]) -> Response[str]:
    """Serve a request of a route; a problem becomes its response."""
    response: Response[str]
    try:
        response = route.handler(event, **path_parameters)
    except ProblemError as error:
        response = route.to_error(error)
    if event.http_method.upper() == "HEAD":
        response.body = ""
    return response


def respond_unrouted(event: BaseProxyEvent, table: RouteTable) -> Response[str]:
    """Respond to a request that no route serves."""
    routes = table.find(event.path)
    if not routes:
        return to_response(RouteNotFoundError("path", "one of those in /openapi.json"))
    headers = {"Allow": _list_methods(routes)}
    if event.http_method.upper() == "OPTIONS":
        return Response(HTTPStatus.NO_CONTENT, body="", headers=headers)
    error = MethodNotAllowedError("method", f"one of {headers['Allow']}", headers=headers)
    return table.to_error_response(event.path, error)


def to_json_response(body: Any, status: int = HTTPStatus.OK) -> Response[str]:  # noqa: ANN401 - any that msgspec encodes
    """Build a response with a body that msgspec encodes."""
    return Response(status, JSON, msgspec.json.encode(body).decode())


def _build_handler(router: Router, route: Route) -> Handler:
    def handle(**path_parameters: str) -> Response[str]:
        return respond(route, router.current_event, path_parameters)

    return handle


def _strip_slashes(path: str) -> str:
    return path.rstrip("/") or "/"


def _list_methods(routes: Sequence[Route]) -> str:
    methods = {route.method for route in routes}
    return ", ".join([*sorted(methods), *(["HEAD"] if "GET" in methods else []), "OPTIONS"])
