"""What the service says of itself, as the document tells it."""

from typing import Any

from windvane.api.classify.classify_schemas import HealthAnswer, ModelAnswer
from windvane.api.openapi import examples
from windvane.api.openapi.operation import READ_ERRORS, Operation
from windvane.api.problems import MalformedRequestError

SERVICE_OPERATIONS = (
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
    Operation(
        method="get",
        path="/openapi.json",
        summary="This document",
        answer=dict[str, Any],
        answer_example={"openapi": "3.1.0"},
        errors=[MalformedRequestError],
    ),
    Operation(
        method="get",
        path="/docs",
        summary="This document as a page, to try it",
        answer=str,
        answer_example="<!doctype html>",
        media_type="text/html",
        errors=[MalformedRequestError],
    ),
)
