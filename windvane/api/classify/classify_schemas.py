"""The requests and responses of ``/sentiment`` and ``/v1/classify``, field by field."""

from typing import Annotated, Any

import msgspec

from windvane.api.classified_texts import ClassifiedTexts
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


def to_sentiment_answer(classified: ClassifiedTexts) -> SentimentAnswer:
    """Build the response of ``/sentiment``."""
    (prediction,) = classified.predictions
    return SentimentAnswer(
        prediction.label,
        round_score(prediction.score),
        round_scores(prediction.scores),
        classified.manifest.model_id,
        *_name_results(classified)[0],
    )


def to_text_results(classified: ClassifiedTexts) -> list[TextResult]:
    """Build what ``/v1/classify`` returns for each text."""
    return [
        TextResult(
            prediction.label,
            round_score(prediction.score),
            round_scores(prediction.scores),
            prediction.tokens,
            prediction.windows,
            *named,
        )
        for prediction, named in zip(classified.predictions, _name_results(classified), strict=True)
    ]


Naming = tuple[str | msgspec.UnsetType, bool | msgspec.UnsetType]


def _name_results(classified: ClassifiedTexts) -> list[Naming]:
    """Give result id and whether it was logged, for each text."""
    recorded = classified.recorded
    if not recorded.result_ids:
        return [(msgspec.UNSET, msgspec.UNSET)] * len(classified.predictions)
    return [(result_id, recorded.logged) for result_id in recorded.result_ids]
