"""What a challenger is sent, and the record of its answer beside the champion's."""

from collections.abc import Mapping, Sequence

import msgspec

from windvane.inference.predictions import Prediction, round_score
from windvane.result_log.errors import DamagedRecordError
from windvane.result_log.record import Count, Probability, ResultRecord

SCALE = 16**12
"""One more than the highest number of an id's last twelve digits."""


class ShadowedText(msgspec.Struct, frozen=True, kw_only=True):
    """A text for the challenger, with the champion's answer.

    Attributes:
        result_id: Id of the champion's result.
        expires_at: Seconds since 1970 from which the result counts as deleted.
        text: The text.
        model: Bundle that answered, ``name@version``.
        label: Its label.
        score: The label's probability.
        ms: Milliseconds that the answer took; of several texts, the mean.
    """

    result_id: str
    expires_at: Count
    text: str
    model: str
    label: str
    score: Probability
    ms: float


class ShadowEvent(msgspec.Struct, frozen=True):
    """The event that the challenger's function is invoked with."""

    shadowed: tuple[ShadowedText, ...]


class ShadowRecord(msgspec.Struct, frozen=True, kw_only=True):
    """The answers of champion and challenger to one text, which is not part of it.

    Attributes:
        result_id: Id of the champion's result.
        champion: Bundle that answered the caller, ``name@version``.
        champion_label: Its label.
        champion_score: Probability of that label.
        champion_ms: Milliseconds that it took.
        challenger: Bundle that answered in shadow.
        challenger_label: Its label.
        challenger_score: Probability of that label.
        challenger_ms: Milliseconds that it took.
        same_label_score: The challenger's probability of the champion's label.
        expires_at: Seconds since 1970 from which the record counts as deleted, as the result.
    """

    result_id: str
    champion: str
    champion_label: str
    champion_score: Probability
    champion_ms: float
    challenger: str
    challenger_label: str
    challenger_score: Probability
    challenger_ms: float
    same_label_score: Probability
    expires_at: Count

    @property
    def is_agreement(self) -> bool:
        """Whether both have the same label."""
        return self.champion_label == self.challenger_label


def is_chosen(result_id: str, share: float) -> bool:
    """Return whether a result is among the share that a challenger answers too.

    The random end of its id decides, so that every reader chooses the same results.
    """
    return int(result_id[-12:], 16) < share * SCALE


def choose_texts(
    records: Sequence[ResultRecord], texts: Sequence[str], text_ms: float, share: float
) -> list[ShadowedText]:
    """Choose the share of a request's texts that the challenger answers too.

    Args:
        records: The champion's, one per text.
        texts: The texts.
        text_ms: Milliseconds that a text took, on average.
        share: Share of all texts, 0 to 1.
    """
    return [
        ShadowedText(
            result_id=record.result_id,
            expires_at=record.expires_at,
            text=text,
            model=record.model,
            label=record.label,
            score=record.score,
            ms=round(text_ms, 3),
        )
        for record, text in zip(records, texts, strict=True)
        if is_chosen(record.result_id, share)
    ]


def make_shadow_record(
    shadowed: ShadowedText, prediction: Prediction, *, challenger: str, ms: float
) -> ShadowRecord:
    """Put the challenger's prediction beside the champion's.

    Args:
        shadowed: What the champion answered; its label is one of the challenger's.
        prediction: What the challenger answers.
        challenger: Its bundle, ``name@version``.
        ms: Milliseconds that it took.
    """
    return ShadowRecord(
        result_id=shadowed.result_id,
        champion=shadowed.model,
        champion_label=shadowed.label,
        champion_score=shadowed.score,
        champion_ms=shadowed.ms,
        challenger=challenger,
        challenger_label=prediction.label,
        challenger_score=round_score(prediction.score),
        challenger_ms=round(ms, 3),
        same_label_score=round_score(prediction.scores[shadowed.label]),
        expires_at=shadowed.expires_at,
    )


def check_shadow_record(result_id: str, fields: Mapping[str, object]) -> ShadowRecord:
    """Build the record that was stored under an id.

    Raises:
        DamagedRecordError: A field is missing, has another type or is out of range.
    """
    try:
        return msgspec.convert({**fields, "result_id": result_id}, ShadowRecord)
    except msgspec.ValidationError as error:
        raise DamagedRecordError(result_id) from error
