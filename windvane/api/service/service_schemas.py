"""The responses of ``/v1/model`` and ``/health``, field by field."""

from typing import Any, Literal

import msgspec


class Limits(msgspec.Struct, frozen=True):
    """How much one request may hold."""

    max_text_chars: int
    max_batch_texts: int
    max_batch_chars: int
    max_body_bytes: int


class ModelAnswer(msgspec.Struct, frozen=True):
    """What answers: from the bundle's manifest, with the limits of this server.

    ``languages`` has tags such as ``en``; null if the bundle does not say what its model reads. A
    text of more than ``window_tokens`` is read in windows of so many.
    """

    name: str
    version: str
    labels: list[str]
    languages: list[str] | None
    max_tokens: int
    window_tokens: int
    quantization: str
    source: dict[str, Any]
    evaluation: dict[str, Any]
    limits: Limits


class HealthAnswer(msgspec.Struct, frozen=True):
    """The model can answer; ``model`` is ``name@version``."""

    status: Literal["ok"]
    model: str
