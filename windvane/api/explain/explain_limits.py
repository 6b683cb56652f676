"""Limits of ``/v1/explain``, as the OpenAPI document states them."""

from collections.abc import Sequence
from typing import Any

from windvane.api.explain.explain_schemas import ExplainRequest
from windvane.api.openapi.text_schema import describe_text
from windvane.inference.explanation.explainer import MAX_EXPLAIN_CHARS
from windvane.settings import Settings

DESCRIPTION = (
    f"Of texts of at most {MAX_EXPLAIN_CHARS} characters. The label is the one "
    "that the model chooses unless another of its labels is named. The model is run on the "
    "text with words left out, about a second's worth at most: words of a longer text are "
    "taken together. Nothing is recorded."
)


def limit_explain(schemas: dict[str, Any], settings: Settings, labels: Sequence[str]) -> None:
    """Add the limits of a text, and the labels where they are known."""
    properties = schemas[ExplainRequest.__name__]["properties"]
    properties["text"] |= describe_text(min(settings.max_text_chars, MAX_EXPLAIN_CHARS))
    if labels:
        properties["label"] |= {"enum": [*labels]}
