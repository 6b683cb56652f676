"""Headers of the responses, as the OpenAPI document describes them."""

from collections.abc import Iterable
from typing import Any

HEADERS: dict[str, dict[str, Any]] = {
    "X-Correlation-Id": {
        "description": "Names the request in the logs: the one that it was sent with in this "
        "header or in `X-Request-Id`, else a new one.",
        "required": True,
        "schema": {"type": "string", "pattern": "^[A-Za-z0-9_.:-]{1,128}$"},
        "example": "0f8fad5b-d9cb-469f-a165-70867728950e",
    },
    "Server-Timing": {
        "description": "Milliseconds: all in all, and where texts were classified, what encoding, "
        "running and recording them took.",
        "required": True,
        "schema": {"type": "string"},
        "example": "total;dur=2.41, encode;dur=0.11, run;dur=1.73, log;dur=0.42",
    },
    "Idempotency-Replayed": {
        "description": "Where this is the first answer to a request that came again.",
        "schema": {"type": "string", "enum": ["true"]},
        "example": "true",
    },
    "Location": {
        "description": "Address of what was started, relative to the request's.",
        "schema": {"type": "string"},
        "example": "jobs/7c9e6679f3f14b0c8a2d5e1b9c4f7a20",
    },
    "Retry-After": {
        "description": "Seconds to wait.",
        "schema": {"type": "integer", "minimum": 1},
        "example": 1,
    },
    "x-compute-type": {
        "description": "What the model runs on.",
        "schema": {"type": "string"},
        "example": "cpu",
    },
    **{
        name: {"description": description, "schema": {"type": "integer"}, "example": 2}
        for name, description in (
            ("x-compute-time", "Milliseconds of all texts, from the first to the last."),
            ("x-compute-characters", "Characters of the texts."),
            ("x-compute-tokens", "Tokens of the texts."),
            ("x-total-time", "Milliseconds of the request."),
            ("x-tokenization-time", "Milliseconds that encoding a text took, on average."),
            ("x-queue-time", "Milliseconds that were neither classifying nor recording."),
            ("x-inference-time", "Milliseconds that the model took for a text, on average."),
        )
    },
}
"""By name."""

COMMON_HEADERS = ("X-Correlation-Id", "Server-Timing")
"""Headers of every response; see `RequestTrace.to_headers`."""


def refer_to_headers(names: Iterable[str]) -> dict[str, Any]:
    """Refer to headers by their names."""
    return {name: {"$ref": f"#/components/headers/{name}"} for name in names}
