"""What is asked and what is answered, field by field."""

from typing import Annotated, Any, Literal

import msgspec

from windvane.api.answering import Answered
from windvane.api.problems import FieldError
from windvane.inference.predictions import round_score, round_scores

Score = Annotated[float, msgspec.Meta(ge=0, le=1, description="Probability.")]


class SentimentRequest(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One text."""

    text: str


class ClassifyRequest(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Several texts. Each is checked by itself, so any JSON value may stand in the list."""

    texts: list[Any]


class SentimentAnswer(msgspec.Struct, frozen=True):
    """The sentiment of one text; ``model`` is ``name@version``.

    Where results are recorded ``result_id`` names this one, and ``logged`` says whether the log
    has it.
    """

    sentiment: str
    score: Score
    scores: dict[str, Score]
    model: str
    result_id: str | msgspec.UnsetType = msgspec.UNSET
    logged: bool | msgspec.UnsetType = msgspec.UNSET


class ModelName(msgspec.Struct, frozen=True):
    """Which bundle answered; the version is a hash of its contents."""

    name: str
    version: str


class TextResult(msgspec.Struct, frozen=True):
    """What the model says of one text; ``windows`` is more than 1 where it was read in parts.

    Where results are recorded ``result_id`` names this one, and ``logged`` says whether the log
    has it.
    """

    label: str
    score: Score
    scores: dict[str, Score]
    tokens: int
    windows: int
    result_id: str | msgspec.UnsetType = msgspec.UNSET
    logged: bool | msgspec.UnsetType = msgspec.UNSET


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
    max_batch_chars: int
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


def to_sentiment_answer(answered: Answered) -> SentimentAnswer:
    """Say what ``/sentiment`` answers."""
    (prediction,) = answered.predictions
    return SentimentAnswer(
        prediction.label,
        round_score(prediction.score),
        round_scores(prediction.scores),
        answered.manifest.model_id,
        *_name_results(answered)[0],
    )


def to_text_results(answered: Answered) -> list[TextResult]:
    """Say what ``/v1/classify`` answers for each text."""
    return [
        TextResult(
            prediction.label,
            round_score(prediction.score),
            round_scores(prediction.scores),
            prediction.tokens,
            prediction.windows,
            *named,
        )
        for prediction, named in zip(answered.predictions, _name_results(answered), strict=True)
    ]


Naming = tuple[str | msgspec.UnsetType, bool | msgspec.UnsetType]


def _name_results(answered: Answered) -> list[Naming]:
    """Give result id and whether it was logged, for each text."""
    recorded = answered.recorded
    if not recorded.result_ids:
        return [(msgspec.UNSET, msgspec.UNSET)] * len(answered.predictions)
    return [(result_id, recorded.logged) for result_id in recorded.result_ids]
