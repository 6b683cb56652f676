"""What may be sent, as far as settings and model decide it."""

from collections.abc import Sequence
from typing import Any

from windvane.api.classify.classify_schemas import (
    ClassifyAnswer,
    ClassifyRequest,
    SentimentRequest,
    TextRefusal,
    TextResult,
)
from windvane.api.explain.explain_schemas import ExplainRequest
from windvane.api.openapi.compat_limits import add_compat_limits
from windvane.api.openapi.content import refer
from windvane.inference.explanation.explainer import MAX_EXPLAIN_CHARS
from windvane.settings import Settings

VISIBLE = (
    r"[^\u0000-\u0020\u007f-\u00a0\u00ad\u0600-\u0605\u061c\u06dd\u070f\u0890\u0891\u08e2\u1680"
    r"\u180e\u2000-\u200f\u2028-\u202f\u205f-\u2064\u2066-\u206f\u3000\ufeff\ufff9-\ufffb]"
)
"""Finds a character that can be seen, as `check_text` does. The rare invisible ones beyond U+FFFF
are left out: a regular expression that names them is not read alike everywhere."""


def add_limits(schemas: dict[str, Any], settings: Settings, labels: Sequence[str]) -> None:
    """Add to the schemas what their types do not say.

    Args:
        schemas: By name.
        settings: Limits of texts and lists.
        labels: The model's, where they are known.
    """
    text = _describe_text(settings.max_text_chars)
    add_compat_limits(schemas, settings, text)
    explained = schemas[ExplainRequest.__name__]["properties"]
    explained["text"] |= _describe_text(min(settings.max_text_chars, MAX_EXPLAIN_CHARS))
    if labels:
        explained["label"] |= {"enum": [*labels]}
    schemas[SentimentRequest.__name__]["properties"]["text"] |= text
    schemas[ClassifyRequest.__name__]["properties"]["texts"] |= {
        "minItems": 1,
        "maxItems": settings.max_batch_texts,
        "description": f"At most {settings.max_batch_chars} characters in all.",
        "items": {"anyOf": [text, {"description": "Gets an error in its place."}]},
    }
    schemas[ClassifyAnswer.__name__]["properties"]["results"]["items"] = {
        "oneOf": [refer(struct) for struct in (TextResult, TextRefusal)]
    }


def _describe_text(max_chars: int) -> dict[str, Any]:
    return {
        "type": "string",
        "minLength": 1,
        "maxLength": max_chars,
        "pattern": VISIBLE,
        "description": "Any Unicode text with something visible in it.",
    }
