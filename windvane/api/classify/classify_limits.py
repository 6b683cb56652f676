"""Limits of the requests that classify, as the OpenAPI document states them."""

from collections.abc import Sequence
from typing import Any

from windvane.api.classify.classify_schemas import (
    ClassifyAnswer,
    ClassifyRequest,
    SentimentRequest,
    TextRefusal,
    TextResult,
)
from windvane.api.openapi.content import refer
from windvane.api.openapi.text_schema import describe_text
from windvane.settings import Settings


def limit_sentiment(schemas: dict[str, Any], settings: Settings, _: Sequence[str]) -> None:
    """Add the limits of ``/sentiment``."""
    properties = schemas[SentimentRequest.__name__]["properties"]
    properties["text"] |= describe_text(settings.max_text_chars)


def limit_classify(schemas: dict[str, Any], settings: Settings, _: Sequence[str]) -> None:
    """Add the limits of ``/v1/classify``, and the two forms of a result."""
    text = describe_text(settings.max_text_chars)
    schemas[ClassifyRequest.__name__]["properties"]["texts"] |= {
        "minItems": 1,
        "maxItems": settings.max_batch_texts,
        "description": f"At most {settings.max_batch_chars} characters, "
        f"and {settings.max_request_tokens} tokens, in all.",
        "items": {"anyOf": [text, {"description": "Gets an error in its place."}]},
    }
    schemas[ClassifyAnswer.__name__]["properties"]["results"]["items"] = {
        "oneOf": [refer(struct) for struct in (TextResult, TextRefusal)]
    }
