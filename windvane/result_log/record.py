"""The record of one classified text."""

import hashlib
import time
from collections.abc import Mapping
from typing import Annotated

import msgspec

from windvane.inference.manifest import LANGUAGE
from windvane.inference.predictions import Prediction, round_score, round_scores
from windvane.result_log.errors import DamagedRecordError
from windvane.result_log.result_id import new_result_id, to_timestamp

SECONDS_A_DAY = 86_400

Probability = Annotated[float, msgspec.Meta(ge=0, le=1)]
Count = Annotated[int, msgspec.Meta(ge=0)]
Language = Annotated[str, msgspec.Meta(pattern=LANGUAGE)]
Timestamp = Annotated[str, msgspec.Meta(pattern=r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$")]


class ResultRecord(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What the log stores of one classified text.

    Attributes:
        result_id: Sorts by time; see `windvane.result_log.result_id`.
        created_at: ISO 8601, UTC, to the millisecond.
        label: The label with the highest score.
        score: Its probability.
        scores: Probability by label.
        tokens: Tokens of the text.
        chars: Characters of the text.
        model: Bundle that classified it, ``name@version``.
        route: Route of the request, such as ``/v1/classify``.
        expires_at: Seconds since 1970 from which the record counts as deleted.
        text: The text, if stored in full.
        text_sha256: Hash of its UTF-8, if stored as a hash.
        feedback_label: The right label, according to feedback.
        client: Name of the client that sent the text; None for the operator's keys.
        unknown_tokens: Tokens that the vocabulary lacks; None if an older version made the record.
        language: Tag of the model's language, or ``other``; None if it was not told.
        subject_hash: Keyed hash of whom the text is of; None if the request did not say.
    """

    result_id: str
    created_at: Timestamp
    label: str
    score: Probability
    scores: dict[str, Probability]
    tokens: Count
    chars: Count
    model: str
    route: str
    expires_at: Count
    text: str | None = None
    text_sha256: str | None = None
    feedback_label: str | None = None
    client: str | None = None
    unknown_tokens: Count | None = None
    language: Language | None = None
    subject_hash: str | None = None


def check_record(result_id: str, fields: Mapping[str, object]) -> ResultRecord:
    """Build the record that was stored under an id.

    Args:
        result_id: The id.
        fields: What is stored, which another program may have changed.

    Raises:
        DamagedRecordError: A field is missing, has another type, is out of range, or holds what
            JSON cannot (a lone surrogate).
    """
    try:
        record = msgspec.convert({**fields, "result_id": result_id}, ResultRecord)
        msgspec.json.encode(record)
    except (UnicodeError, msgspec.ValidationError) as error:
        raise DamagedRecordError(result_id) from error
    return record


class RecordMaker(msgspec.Struct, frozen=True):
    """Builds records by the settings; ``store_text`` is ``none``, ``hash`` or ``full``."""

    store_text: str
    retention_days: int

    def make(
        self,
        text: str,
        prediction: Prediction,
        *,
        model: str,
        route: str,
        client: str | None = None,
    ) -> ResultRecord:
        """Build the record of a text, created now."""
        created_ms = time.time_ns() // 1_000_000
        is_hashed = self.store_text == "hash"
        return ResultRecord(
            result_id=new_result_id(created_ms),
            created_at=to_timestamp(created_ms),
            label=prediction.label,
            score=round_score(prediction.score),
            scores=round_scores(prediction.scores),
            tokens=prediction.tokens,
            chars=len(text),
            model=model,
            route=route,
            expires_at=created_ms // 1000 + self.retention_days * SECONDS_A_DAY,
            text=text if self.store_text == "full" else None,
            text_sha256=hashlib.sha256(text.encode()).hexdigest() if is_hashed else None,
            client=client,
            unknown_tokens=prediction.unknown_tokens,
            language=prediction.language,
        )
