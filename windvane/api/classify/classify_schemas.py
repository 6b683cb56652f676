"""The requests and responses of ``/sentiment`` and ``/v1/classify``, field by field."""

from typing import Annotated, Any

import msgspec

from windvane.api.classified_texts import ClassifiedTexts
from windvane.api.problems import FieldError
from windvane.api.request_subject import Subject
from windvane.inference.predictions import choose_label, round_score, round_scores

Score = Annotated[float, msgspec.Meta(ge=0, le=1, description="Probability.")]
Label = Annotated[str | None, msgspec.Meta(description="Null if its score is below `min_score`.")]
Language = Annotated[
    str | None,
    msgspec.Meta(
        description="Tag of the model's language, or `other` where the text does not look like it; "
        "null where the text has too few words to tell, or the model cannot."
    ),
]
MinScore = Annotated[
    float,
    msgspec.Meta(
        ge=0,
        le=1,
        description="A label with a lower score becomes null in the response; a record keeps it. "
        "`WINDVANE_MIN_SCORE` is the default.",
    ),
]


class SentimentRequest(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One text."""

    text: str
    min_score: MinScore | msgspec.UnsetType = msgspec.UNSET
    subject: Subject = None


class ClassifyRequest(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Several texts. Each is checked by itself, so any JSON value may stand in the list."""

    texts: list[Any]
    min_score: MinScore | msgspec.UnsetType = msgspec.UNSET
    subject: Subject = None


class SentimentAnswer(msgspec.Struct, frozen=True):
    """The sentiment of one text; ``model`` is ``name@version``.

    Where results are recorded ``result_id`` names this one, and ``logged`` says whether the log
    has it.
    """

    sentiment: Label
    score: Score
    scores: dict[str, Score]
    language: Language
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

    label: Label
    score: Score
    scores: dict[str, Score]
    language: Language
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


def to_sentiment_answer(classified: ClassifiedTexts, min_score: float) -> SentimentAnswer:
    """Build the response of ``/sentiment``; a label below ``min_score`` is None."""
    (prediction,) = classified.predictions
    return SentimentAnswer(
        choose_label(prediction, min_score),
        round_score(prediction.score),
        round_scores(prediction.scores),
        prediction.language,
        classified.manifest.model_id,
        *_name_results(classified)[0],
    )


def to_text_results(classified: ClassifiedTexts, min_score: float) -> list[TextResult]:
    """Build what ``/v1/classify`` returns for each text; a label below ``min_score`` is None."""
    return [
        TextResult(
            choose_label(prediction, min_score),
            round_score(prediction.score),
            round_scores(prediction.scores),
            prediction.language,
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
