"""The record of one classified text."""

import hashlib
import time

import msgspec

from windvane.inference.predictions import Prediction, round_score, round_scores
from windvane.result_log.result_id import new_result_id, to_timestamp

SECONDS_A_DAY = 86_400


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
    """Builds records by the settings; ``store_text`` is ``none``, ``hash`` or ``full``."""

    store_text: str
    retention_days: int

    def make(self, text: str, prediction: Prediction, *, model: str, route: str) -> ResultRecord:
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
        )
