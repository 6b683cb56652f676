"""The OpenAPI 3.1 document, built from the declarations of the routes."""

import re
from collections.abc import Iterator, Sequence
from functools import cache
from typing import Any

import msgspec

from windvane.api.openapi.content import REF_TEMPLATE, describe_content
from windvane.api.openapi.gateway_responses import (
    GatewayProblem,
    describe_gateway_responses,
    refer_to_gateway_responses,
)
from windvane.api.openapi.headers import HEADERS
from windvane.api.openapi.responses import describe_responses
from windvane.api.problems import Problem
from windvane.api.results.result_routes import WHOSE_RESULTS
from windvane.api.route import Route, load
from windvane.api.routes import ROUTES
from windvane.facts import OPEN_PATHS
from windvane.settings import Settings

API_KEY = {
    "type": "apiKey",
    "in": "header",
    "name": "x-api-key",
    "description": "Asked for in AWS, and not on a laptop.",
}
KEY_OR_NONE: list[dict[str, list[str]]] = [{"ApiKey": []}, {}]


DOCUMENTED_ROUTES = tuple(route for route in ROUTES if route.summary)


@cache
def get_openapi_json(settings: Settings, labels: tuple[str, ...] = ()) -> str:
    """Write the document as JSON, once for the same settings and labels."""
    return msgspec.json.encode(build_openapi(settings, labels)).decode()


def build_openapi(settings: Settings, labels: Sequence[str] = ()) -> dict[str, Any]:
    """Build the document.

    Args:
        settings: The limits.
        labels: Labels of the model; empty while they are not known.
    """
    paths: dict[str, dict[str, Any]] = {}
    for route in DOCUMENTED_ROUTES:
        methods = paths.setdefault(to_openapi_path(route), {})
        methods[route.method.lower()] = _describe_operation(route)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Windvane",
            "version": "1",
            "description": "Sentiment of a text. Errors are RFC 9457 problem documents; they name "
            "the field and the rule and never repeat the text. "
            f"{WHOSE_RESULTS}",
            "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
        },
        "servers": [{"url": ".", "description": "Where this document was read."}],
        "paths": paths,
        "components": {
            "schemas": _build_schemas(settings, labels),
            "responses": describe_gateway_responses(),
            "headers": HEADERS,
            "securitySchemes": {"ApiKey": API_KEY},
        },
    }


def to_openapi_path(route: Route) -> str:
    """Write a route's path with ``{name}`` for a path parameter."""
    return route.path.replace("<", "{").replace(">", "}")


def to_operation_id(route: Route) -> str:
    """Name an operation by its method and path."""
    return re.sub(r"\W+", "_", f"{route.method.lower()}{route.path}").strip("_")


def _describe_operation(route: Route) -> dict[str, Any]:
    operation: dict[str, Any] = {
        "operationId": to_operation_id(route),
        "summary": route.summary,
        "security": [] if route.path in OPEN_PATHS else KEY_OR_NONE,
        "responses": {**describe_responses(route), **refer_to_gateway_responses()},
    }
    if description := load(route.description):
        operation["description"] = description
    if parameters := load(route.parameters):
        operation["parameters"] = list(parameters)
    if request := load(route.request):
        content = describe_content(request, route.request_example, load(route.request_media_type))
        operation["requestBody"] = {"required": True, "content": content}
    return operation


def _build_schemas(settings: Settings, labels: Sequence[str]) -> dict[str, Any]:
    types = [*_list_types(), Problem, GatewayProblem]
    _, schemas = msgspec.json.schema_components(types, ref_template=REF_TEMPLATE)
    for route in DOCUMENTED_ROUTES:
        if route.limit_schemas:
            route.limit_schemas(schemas, settings, labels)
    return schemas


def _list_types() -> Iterator[Any]:
    """List the types of all bodies: requests, then responses, then errors of other services."""
    requests = [load(route.request) for route in DOCUMENTED_ROUTES]
    responses = [load(route.response) for route in DOCUMENTED_ROUTES]
    for types in (*requests, *responses):
        yield from types if isinstance(types, tuple) else (types,)
    for route in DOCUMENTED_ROUTES:
        yield from (error.body for error in load(route.foreign_errors))
    for route in DOCUMENTED_ROUTES:
        yield from route.referenced_types
