"""What is asked and what is answered, field by field."""

from typing import Annotated, Any, Literal

import msgspec

from functions.classify_api.problems import FieldError
from functions.inference.manifest import Manifest
from functions.inference.predictions import Prediction

SCORE_DIGITS = 6

Score = Annotated[float, msgspec.Meta(ge=0, le=1, description="Probability.")]


class SentimentRequest(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One text."""

    text: str


class ClassifyRequest(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Several texts. Each is checked by itself, so any JSON value may stand in the list."""

    texts: list[Any]


class SentimentAnswer(msgspec.Struct, frozen=True):
    """The sentiment of one text; ``model`` is ``name@version``."""

    sentiment: str
    score: Score
    scores: dict[str, Score]
    model: str


class ModelName(msgspec.Struct, frozen=True):
    """Which bundle answered; the version is a hash of its contents."""

    name: str
    version: str


class TextResult(msgspec.Struct, frozen=True):
    """What the model says of one text; ``windows`` is more than 1 where it was read in parts."""

    label: str
    score: Score
    scores: dict[str, Score]
    tokens: int
    windows: int


class TextRefusal(msgspec.Struct, frozen=True):
    """Stands in the place of a text that breaks a rule."""

    error: FieldError


class ClassifyAnswer(msgspec.Struct, frozen=True):
    """One result per text, in the order of the request."""

    model: ModelName
    results: list[Any]
    """`TextResult` or `TextRefusal`; msgspec has no union of two structs."""


class Limits(msgspec.Struct, frozen=True):
    """How much one request may hold."""

    max_text_chars: int
    max_batch_texts: int
    max_body_bytes: int


class ModelAnswer(msgspec.Struct, frozen=True):
    """What answers: from the bundle's manifest, with the limits of this server."""

    name: str
    version: str
    labels: list[str]
    max_tokens: int
    quantization: str
    source: dict[str, Any]
    evaluation: dict[str, Any]
    limits: Limits


class HealthAnswer(msgspec.Struct, frozen=True):
    """The model can answer; ``model`` is ``name@version``."""

    status: Literal["ok"]
    model: str


def model_id(manifest: Manifest) -> str:
    """Name a bundle in one word, ``name@version``."""
    return f"{manifest.name}@{manifest.version}"


def to_sentiment_answer(prediction: Prediction, manifest: Manifest) -> SentimentAnswer:
    """Say what ``/sentiment`` answers."""
    return SentimentAnswer(
        prediction.label,
        round(prediction.score, SCORE_DIGITS),
        _round_scores(prediction),
        model_id(manifest),
    )


def to_text_result(prediction: Prediction) -> TextResult:
    """Say what ``/v1/classify`` answers for one text."""
    return TextResult(
        prediction.label,
        round(prediction.score, SCORE_DIGITS),
        _round_scores(prediction),
        prediction.tokens,
        prediction.windows,
    )


def _round_scores(prediction: Prediction) -> dict[str, float]:
    return {label: round(score, SCORE_DIGITS) for label, score in prediction.scores.items()}
