"""The routes that describe the service: model, health, OpenAPI document."""

from typing import Any

from windvane.api.examples import MODEL, MODEL_ID, SCORES
from windvane.api.problems import MalformedRequestError
from windvane.api.route import READ_ERRORS, Lazy, Route
from windvane.facts import (
    DEFAULT_MAX_BATCH_CHARS,
    DEFAULT_MAX_BATCH_TEXTS,
    DEFAULT_MAX_TEXT_CHARS,
    MAX_BODY_BYTES,
)

SERVICE_ROUTES = (
    Route(
        method="GET",
        path="/v1/model",
        handler=Lazy("windvane.api.service.service_handlers:model"),
        summary="What answers, and its limits",
        response=Lazy("windvane.api.service.service_schemas:ModelAnswer"),
        response_example={
            **MODEL,
            "labels": list(SCORES),
            "languages": ["en"],
            "max_tokens": 256,
            "window_tokens": 128,
            "quantization": "int8",
            "source": {"licence": "apache-2.0"},
            "evaluation": {},
            "limits": {
                "max_text_chars": DEFAULT_MAX_TEXT_CHARS,
                "max_batch_texts": DEFAULT_MAX_BATCH_TEXTS,
                "max_batch_chars": DEFAULT_MAX_BATCH_CHARS,
                "max_body_bytes": MAX_BODY_BYTES,
            },
        },
        errors=READ_ERRORS,
    ),
    Route(
        method="GET",
        path="/health",
        handler=Lazy("windvane.api.service.service_handlers:health"),
        summary="Whether the model can answer",
        response=Lazy("windvane.api.service.service_schemas:HealthAnswer"),
        response_example={"status": "ok", "model": MODEL_ID},
        errors=READ_ERRORS,
    ),
    Route(
        method="GET",
        path="/openapi.json",
        handler=Lazy("windvane.api.service.service_handlers:openapi"),
        summary="This document",
        response=dict[str, Any],
        response_example={"openapi": "3.1.0"},
        errors=(MalformedRequestError,),
    ),
    Route(
        method="GET",
        path="/docs",
        handler=Lazy("windvane.api.service.service_handlers:docs"),
        summary="This document as a page, to try it",
        response=str,
        response_example="<!doctype html>",
        response_media_type="text/html",
        errors=(MalformedRequestError,),
    ),
)
