"""The contract as an OpenAPI 3.1 document."""

import re
from collections.abc import Sequence
from functools import cache
from typing import Any

import msgspec

from functions.classify_api.openapi import examples
from functions.classify_api.openapi.classify_operations import CLASSIFY_OPERATIONS
from functions.classify_api.openapi.operation import ForeignError, Operation
from functions.classify_api.openapi.result_operations import RESULT_OPERATIONS
from functions.classify_api.openapi.service_operations import SERVICE_OPERATIONS
from functions.classify_api.problems import (
    PROBLEM_TYPE,
    PROBLEMS,
    Problem,
    ProblemError,
    to_problem,
)
from functions.classify_api.schemas import (
    ClassifyAnswer,
    ClassifyRequest,
    SentimentRequest,
    TextRefusal,
    TextResult,
)
from functions.settings import Settings

OPERATIONS: tuple[Operation, ...] = (
    *CLASSIFY_OPERATIONS,
    *RESULT_OPERATIONS,
    *SERVICE_OPERATIONS,
)

JSON = "application/json"
REF_TEMPLATE = "#/components/schemas/{name}"
API_KEY = {
    "type": "apiKey",
    "in": "header",
    "name": "x-api-key",
    "description": "Asked for in AWS, and not on a laptop.",
}
KEY_OR_NONE: list[dict[str, list[str]]] = [{"ApiKey": []}, {}]
OPEN_PATHS = ("/health",)
RETRY_AFTER = {"Retry-After": {"description": "Seconds to wait.", "schema": {"type": "integer"}}}


@cache
def get_openapi_json(settings: Settings) -> str:
    """Write the document as JSON, once for the same settings."""
    return msgspec.json.encode(build_openapi(settings)).decode()


def build_openapi(settings: Settings) -> dict[str, Any]:
    """Build the document, with the limits that the settings hold."""
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
            "schemas": _build_schemas(settings),
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
        "responses": {
            str(int(operation.status)): _describe_answer(operation),
            **_describe_problems(operation.errors),
            **_describe_foreign(operation.foreign_errors),
        },
    }
    if operation.description:
        described["description"] = operation.description
    if operation.parameters:
        described["parameters"] = list(operation.parameters)
    if operation.request:
        content = _describe_content(operation.request, operation.request_example, JSON)
        described["requestBody"] = {"required": True, "content": content}
    return described


def _describe_answer(operation: Operation) -> dict[str, Any]:
    if operation.answer is None:
        return {"description": "Done."}
    description = (getattr(operation.answer, "__doc__", "") or operation.summary).strip()
    content = _describe_content(operation.answer, operation.answer_example, operation.media_type)
    return {"description": description, "content": content}


def _describe_content(schema: Any, example: Any, media_type: str) -> dict[str, Any]:  # noqa: ANN401 - a type, any JSON
    return {media_type: {"schema": _refer(schema), "example": example}}


def _refer(schema: Any) -> dict[str, Any]:  # noqa: ANN401 - a type
    """Write the schema of a type, its structs by reference."""
    [written], _ = msgspec.json.schema_components([schema], ref_template=REF_TEMPLATE)
    return written


def _describe_problems(errors: Sequence[type[ProblemError]]) -> dict[str, Any]:
    by_status: dict[int, list[type[ProblemError]]] = {}
    for error in errors:
        by_status.setdefault(PROBLEMS[error].status, []).append(error)
    return {str(status): _describe_status(kinds) for status, kinds in sorted(by_status.items())}


def _describe_status(errors: list[type[ProblemError]]) -> dict[str, Any]:
    example = msgspec.to_builtins(to_problem(examples.ERRORS[errors[0]]))
    described: dict[str, Any] = {
        "description": ". ".join(PROBLEMS[error].title for error in errors) + ".",
        "content": _describe_content(Problem, example, PROBLEM_TYPE),
    }
    if any("Retry-After" in examples.ERRORS[error].headers for error in errors):
        described["headers"] = RETRY_AFTER
    return described


def _describe_foreign(errors: Sequence[ForeignError]) -> dict[str, Any]:
    return {
        str(error.status): {
            "description": error.description,
            "content": _describe_content(error.body, error.example, JSON),
        }
        for error in errors
    }


def _build_schemas(settings: Settings) -> dict[str, Any]:
    requests = [operation.request for operation in OPERATIONS if operation.request]
    answers = [operation.answer for operation in OPERATIONS if operation.answer]
    foreign = [error.body for operation in OPERATIONS for error in operation.foreign_errors]
    _, schemas = msgspec.json.schema_components(
        [*requests, *answers, *foreign, TextResult, TextRefusal, Problem],
        ref_template=REF_TEMPLATE,
    )
    schemas[SentimentRequest.__name__]["properties"]["text"] |= {
        "minLength": 1,
        "maxLength": settings.max_text_chars,
        "description": "Any Unicode text with something visible in it.",
    }
    schemas[ClassifyRequest.__name__]["properties"]["texts"] |= {
        "minItems": 1,
        "maxItems": settings.max_batch_texts,
        "description": f"Texts of at most {settings.max_text_chars} characters, "
        f"{settings.max_batch_chars} in all.",
        "items": {"type": "string"},
    }
    schemas[ClassifyAnswer.__name__]["properties"]["results"]["items"] = {
        "oneOf": [_refer(struct) for struct in (TextResult, TextRefusal)]
    }
    return schemas
