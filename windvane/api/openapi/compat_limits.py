"""What other services' clients may send, as far as settings decide it."""

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
from windvane.settings import Settings


def add_compat_limits(schemas: dict[str, Any], settings: Settings, text: dict[str, Any]) -> None:
    """Add to the schemas what their types do not say.

    Args:
        schemas: By name.
        settings: Limits of texts and lists.
        text: The schema of a text.
    """
    several = {"type": "array", "minItems": 1, "maxItems": settings.max_batch_texts}
    alone = {"type": "array", "minItems": 1, "maxItems": 1, "items": text}
    _change(schemas, HuggingFaceRequest, "inputs", {"anyOf": [text, {**several, "items": text}]})
    _change(
        schemas, PredictRequest, "inputs", {"anyOf": [text, alone, {**several, "items": alone}]}
    )
    limited = min(settings.max_text_chars, MAX_TEXT_BYTES)
    in_bytes = f"{text['description']} At most {MAX_TEXT_BYTES} bytes in UTF-8."
    _change(
        schemas,
        DetectSentimentRequest,
        "Text",
        {**text, "maxLength": limited, "description": in_bytes},
    )
    each = {"type": "string", "description": "A text; one that breaks a rule is in `ErrorList`."}
    _change(
        schemas,
        BatchDetectSentimentRequest,
        "TextList",
        {"type": "array", "minItems": 1, "maxItems": MAX_TEXTS, "items": each},
    )
    for request in (DetectSentimentRequest, BatchDetectSentimentRequest):
        _change(schemas, request, "LanguageCode", {"type": "string", "enum": [LANGUAGE]})


def _change(schemas: dict[str, Any], request: type, field: str, schema: dict[str, Any]) -> None:
    schemas[request.__name__]["properties"][field] = schema
