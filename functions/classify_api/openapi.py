"""The contract as an OpenAPI 3.1 document, built when it is first asked for."""

import re
from dataclasses import dataclass, field
from functools import cache
from typing import Any

import msgspec

from functions.classify_api import examples
from functions.classify_api.problems import (
    PROBLEM_TYPE,
    PROBLEMS,
    BodyTooLargeError,
    ContentTypeError,
    FieldRuleError,
    LogUnavailableError,
    MalformedBodyError,
    MalformedRequestError,
    ModelNotReadyError,
    Problem,
    ProblemError,
    ResultNotFoundError,
    to_problem,
)
from functions.classify_api.schemas import (
    ClassifyAnswer,
    ClassifyRequest,
    HealthAnswer,
    ModelAnswer,
    SentimentAnswer,
    SentimentRequest,
    TextRefusal,
    TextResult,
)
from functions.result_log.record import ResultRecord
from functions.settings import Settings

REF_TEMPLATE = "#/components/schemas/{name}"
READ_ERRORS = (MalformedRequestError, ModelNotReadyError)
CLASSIFY_ERRORS = (
    MalformedBodyError,
    MalformedRequestError,
    BodyTooLargeError,
    ContentTypeError,
    FieldRuleError,
    ModelNotReadyError,
)
RESULT_ERRORS = (
    MalformedRequestError,
    ResultNotFoundError,
    FieldRuleError,
    LogUnavailableError,
)
API_KEY = {
    "type": "apiKey",
    "in": "header",
    "name": "x-api-key",
    "description": "Asked for in AWS, and not on a laptop.",
}
KEY_OR_NONE: list[dict[str, list[str]]] = [{"ApiKey": []}, {}]
OPEN_PATHS = ("/health",)
RESULT_ID_PARAMETER = {
    "name": "result_id",
    "in": "path",
    "required": True,
    "description": "As answered with the result.",
    "schema": {"type": "string", "format": "uuid"},
}


@dataclass(frozen=True, kw_only=True)
class Operation:
    """One route as the document tells it."""

    method: str
    path: str
    summary: str
    answer: type[msgspec.Struct]
    answer_example: dict[str, Any]
    errors: tuple[type[ProblemError], ...]
    request: type[msgspec.Struct] | None = None
    request_example: dict[str, Any] = field(default_factory=dict)


OPERATIONS = (
    Operation(
        method="post",
        path="/sentiment",
        summary="Classify one text",
        request=SentimentRequest,
        request_example=examples.SENTIMENT_REQUEST,
        answer=SentimentAnswer,
        answer_example=examples.SENTIMENT_ANSWER,
        errors=CLASSIFY_ERRORS,
    ),
    Operation(
        method="post",
        path="/v1/classify",
        summary="Classify several texts; one bad text does not spoil the others",
        request=ClassifyRequest,
        request_example=examples.CLASSIFY_REQUEST,
        answer=ClassifyAnswer,
        answer_example=examples.CLASSIFY_ANSWER,
        errors=CLASSIFY_ERRORS,
    ),
    Operation(
        method="get",
        path="/v1/results/{result_id}",
        summary="What was answered, until it expires",
        answer=ResultRecord,
        answer_example=examples.RESULT_ANSWER,
        errors=RESULT_ERRORS,
    ),
    Operation(
        method="get",
        path="/v1/model",
        summary="What answers, and its limits",
        answer=ModelAnswer,
        answer_example=examples.MODEL_ANSWER,
        errors=READ_ERRORS,
    ),
    Operation(
        method="get",
        path="/health",
        summary="Whether the model can answer",
        answer=HealthAnswer,
        answer_example=examples.HEALTH_ANSWER,
        errors=READ_ERRORS,
    ),
)


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


def _describe_operation(operation: Operation) -> dict[str, Any]:
    described: dict[str, Any] = {
        "operationId": re.sub(r"\W+", "_", operation.path).strip("_"),
        "summary": operation.summary,
        "security": [] if operation.path in OPEN_PATHS else KEY_OR_NONE,
        "responses": {
            "200": {
                "description": (operation.answer.__doc__ or "").strip(),
                "content": _describe_content(operation.answer, operation.answer_example),
            },
            **_describe_errors(operation.errors),
        },
    }
    if "{result_id}" in operation.path:
        described["parameters"] = [RESULT_ID_PARAMETER]
    if operation.request:
        content = _describe_content(operation.request, operation.request_example)
        described["requestBody"] = {"required": True, "content": content}
    return described


def _describe_content(schema: type[msgspec.Struct], example: dict[str, Any]) -> dict[str, Any]:
    reference = {"$ref": REF_TEMPLATE.format(name=schema.__name__)}
    return {"application/json": {"schema": reference, "example": example}}


def _describe_errors(errors: tuple[type[ProblemError], ...]) -> dict[str, Any]:
    by_status: dict[int, list[type[ProblemError]]] = {}
    for error in errors:
        by_status.setdefault(PROBLEMS[error].status, []).append(error)
    return {str(status): _describe_status(kinds) for status, kinds in sorted(by_status.items())}


def _describe_status(errors: list[type[ProblemError]]) -> dict[str, Any]:
    described: dict[str, Any] = {
        "description": ". ".join(PROBLEMS[error].title for error in errors) + ".",
        "content": {
            PROBLEM_TYPE: {
                "schema": {"$ref": REF_TEMPLATE.format(name=Problem.__name__)},
                "example": msgspec.to_builtins(to_problem(examples.ERRORS[errors[0]])),
            }
        },
    }
    if {ModelNotReadyError, LogUnavailableError} & set(errors):
        described["headers"] = {
            "Retry-After": {"description": "Seconds to wait.", "schema": {"type": "integer"}}
        }
    return described


def _build_schemas(settings: Settings) -> dict[str, Any]:
    requests = [operation.request for operation in OPERATIONS if operation.request]
    answers = [operation.answer for operation in OPERATIONS]
    _, schemas = msgspec.json.schema_components(
        [*requests, *answers, TextResult, TextRefusal, Problem], ref_template=REF_TEMPLATE
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
        "oneOf": [
            {"$ref": REF_TEMPLATE.format(name=struct.__name__)}
            for struct in (TextResult, TextRefusal)
        ]
    }
    return schemas
