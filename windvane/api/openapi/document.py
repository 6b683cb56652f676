"""The contract as an OpenAPI 3.1 document."""

import re
from collections.abc import Sequence
from functools import cache
from typing import Any

import msgspec

from windvane.api.classify.classify_schemas import TextRefusal, TextResult
from windvane.api.openapi.classify_operations import CLASSIFY_OPERATIONS
from windvane.api.openapi.compat_operations import COMPAT_OPERATIONS
from windvane.api.openapi.console_operations import CONSOLE_OPERATIONS
from windvane.api.openapi.content import REF_TEMPLATE, describe_content
from windvane.api.openapi.explain_operations import EXPLAIN_OPERATIONS
from windvane.api.openapi.gateway_responses import (
    GatewayProblem,
    describe_gateway_responses,
    refer_to_gateway_responses,
)
from windvane.api.openapi.headers import HEADERS
from windvane.api.openapi.limits import add_limits
from windvane.api.openapi.operation import Operation
from windvane.api.openapi.responses import describe_responses
from windvane.api.openapi.result_operations import RESULT_OPERATIONS
from windvane.api.openapi.service_operations import SERVICE_OPERATIONS
from windvane.api.problems import Problem
from windvane.facts import OPEN_PATHS
from windvane.settings import Settings

OPERATIONS: tuple[Operation, ...] = (
    *CLASSIFY_OPERATIONS,
    *EXPLAIN_OPERATIONS,
    *RESULT_OPERATIONS,
    *SERVICE_OPERATIONS,
    *COMPAT_OPERATIONS,
    *CONSOLE_OPERATIONS,
)

API_KEY = {
    "type": "apiKey",
    "in": "header",
    "name": "x-api-key",
    "description": "Asked for in AWS, and not on a laptop.",
}
KEY_OR_NONE: list[dict[str, list[str]]] = [{"ApiKey": []}, {}]


@cache
def get_openapi_json(settings: Settings, labels: tuple[str, ...] = ()) -> str:
    """Write the document as JSON, once for the same settings and labels."""
    return msgspec.json.encode(build_openapi(settings, labels)).decode()


def build_openapi(settings: Settings, labels: Sequence[str] = ()) -> dict[str, Any]:
    """Build the document.

    Args:
        settings: The limits.
        labels: The model's, where they are known.
    """
    paths: dict[str, dict[str, Any]] = {}
    for operation in OPERATIONS:
        paths.setdefault(operation.path, {})[operation.method] = _describe_operation(operation)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Windvane",
            "version": "1",
            "description": "Sentiment of a text. Errors are RFC 9457 problem documents; they name "
            "the field and the rule and never repeat the text.",
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


def to_operation_id(operation: Operation) -> str:
    """Name an operation: its method and its path."""
    return re.sub(r"\W+", "_", f"{operation.method}{operation.path}").strip("_")


def _describe_operation(operation: Operation) -> dict[str, Any]:
    described: dict[str, Any] = {
        "operationId": to_operation_id(operation),
        "summary": operation.summary,
        "security": [] if operation.path in OPEN_PATHS else KEY_OR_NONE,
        "responses": {**describe_responses(operation), **refer_to_gateway_responses()},
    }
    if operation.description:
        described["description"] = operation.description
    if operation.parameters:
        described["parameters"] = list(operation.parameters)
    if operation.request:
        content = describe_content(
            operation.request, operation.request_example, operation.request_media_type
        )
        described["requestBody"] = {"required": True, "content": content}
    return described


def _build_schemas(settings: Settings, labels: Sequence[str]) -> dict[str, Any]:
    requests = [operation.request for operation in OPERATIONS if operation.request]
    answers = [operation.answer for operation in OPERATIONS if operation.answer]
    foreign = [error.body for operation in OPERATIONS for error in operation.foreign_errors]
    named = [*requests, *answers, *foreign, TextResult, TextRefusal, Problem, GatewayProblem]
    types = [one for each in named for one in (each if isinstance(each, tuple) else (each,))]
    _, schemas = msgspec.json.schema_components(types, ref_template=REF_TEMPLATE)
    add_limits(schemas, settings, labels)
    return schemas
