"""One answered text, as it is kept."""

import hashlib
import time

import msgspec

from windvane.inference.predictions import Prediction
from windvane.result_log.result_id import new_result_id, to_timestamp

SECONDS_A_DAY = 86_400
SCORE_DIGITS = 6


class ResultRecord(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What is kept of one answered text.

    Attributes:
        result_id: Sorts by time; see `windvane.result_log.result_id`.
        created_at: ISO 8601, UTC, to the millisecond.
        label: The label with the highest score.
        score: Its probability.
        scores: Probability by label.
        tokens: Tokens of the text.
        chars: Characters of the text.
        model: Bundle that answered, ``name@version``.
        route: Route that was asked, such as ``/v1/classify``.
        expires_at: Seconds since 1970 after which the record is gone.
        text: The text, where it is kept in full.
        text_sha256: Its hash (of UTF-8), where that is kept.
        feedback_label: The label that someone said is right.
    """

    result_id: str
    created_at: str
    label: str
    score: float
    scores: dict[str, float]
    tokens: int
    chars: int
    model: str
    route: str
    expires_at: int
    text: str | None = None
    text_sha256: str | None = None
    feedback_label: str | None = None


class RecordMaker(msgspec.Struct, frozen=True):
    """Makes records by the settings; ``store_text`` is ``none``, ``hash`` or ``full``."""

    store_text: str
    retention_days: int

    def make(self, text: str, prediction: Prediction, *, model: str, route: str) -> ResultRecord:
        """Make the record of a text that is answered now."""
        created_ms = time.time_ns() // 1_000_000
        is_hashed = self.store_text == "hash"
        return ResultRecord(
            result_id=new_result_id(created_ms),
            created_at=to_timestamp(created_ms),
            label=prediction.label,
            score=round(prediction.score, SCORE_DIGITS),
            scores={name: round(score, SCORE_DIGITS) for name, score in prediction.scores.items()},
            tokens=prediction.tokens,
            chars=len(text),
            model=model,
            route=route,
            expires_at=created_ms // 1000 + self.retention_days * SECONDS_A_DAY,
            text=text if self.store_text == "full" else None,
            text_sha256=hashlib.sha256(text.encode()).hexdigest() if is_hashed else None,
        )
