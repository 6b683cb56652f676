"""Limits of the requests of other services' clients, as the OpenAPI document states them."""

from collections.abc import Sequence
from typing import Any

from windvane.api.compat.comprehend import (
    LANGUAGE,
    MAX_TEXT_BYTES,
    MAX_TEXTS,
    BatchDetectSentimentRequest,
    DetectSentimentRequest,
)
from windvane.api.compat.huggingface import HuggingFaceRequest
from windvane.api.compat.text_embeddings_inference import PredictRequest
from windvane.api.openapi.text_schema import describe_text
from windvane.settings import Settings


def limit_huggingface(schemas: dict[str, Any], settings: Settings, _: Sequence[str]) -> None:
    """Add the limits of ``/compat/huggingface``."""
    text = describe_text(settings.max_text_chars)
    inputs = {"anyOf": [text, _describe_batch(text, settings)]}
    _replace(schemas, HuggingFaceRequest, "inputs", inputs)


def limit_predict(schemas: dict[str, Any], settings: Settings, _: Sequence[str]) -> None:
    """Add the limits of ``/predict``."""
    text = describe_text(settings.max_text_chars)
    single = {"type": "array", "minItems": 1, "maxItems": 1, "items": text}
    inputs = {"anyOf": [text, single, _describe_batch(single, settings)]}
    _replace(schemas, PredictRequest, "inputs", inputs)


def limit_comprehend(schemas: dict[str, Any], settings: Settings, _: Sequence[str]) -> None:
    """Add the limits of ``/compat/comprehend``."""
    text = describe_text(min(settings.max_text_chars, MAX_TEXT_BYTES))
    text["description"] += f" At most {MAX_TEXT_BYTES} bytes in UTF-8."
    _replace(schemas, DetectSentimentRequest, "Text", text)
    item = {"type": "string", "description": "A text; one that breaks a rule is in `ErrorList`."}
    texts = {"type": "array", "minItems": 1, "maxItems": MAX_TEXTS, "items": item}
    _replace(schemas, BatchDetectSentimentRequest, "TextList", texts)
    for request in (DetectSentimentRequest, BatchDetectSentimentRequest):
        _replace(schemas, request, "LanguageCode", {"type": "string", "enum": [LANGUAGE]})


def _describe_batch(item: dict[str, Any], settings: Settings) -> dict[str, Any]:
    return {"type": "array", "minItems": 1, "maxItems": settings.max_batch_texts, "items": item}


def _replace(schemas: dict[str, Any], request: type, field: str, schema: dict[str, Any]) -> None:
    schemas[request.__name__]["properties"][field] = schema
