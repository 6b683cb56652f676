"""Texts for a challenger, and records of its answers."""

import time
from collections.abc import Sequence
from typing import Any

import msgspec

from windvane.result_log.errors import ResultLogUnavailableError
from windvane.result_log.result_id import new_result_id
from windvane.shadow.shadow_record import ShadowedText, ShadowRecord

LATER = 4_000_000_000

RECORD = ShadowRecord(
    result_id="",
    champion="tiny@aaaaaaaaaaaa",
    champion_label="positive",
    champion_score=0.9,
    champion_ms=2.5,
    challenger="tiny@bbbbbbbbbbbb",
    challenger_label="positive",
    challenger_score=0.8,
    challenger_ms=1.5,
    same_label_score=0.8,
    expires_at=LATER,
)


def make_shadow(created_ms: int | None = None, **fields: Any) -> ShadowRecord:
    """Make a record of a result that was made now or at another time."""
    result_id = new_result_id(created_ms or time.time_ns() // 1_000_000)
    return msgspec.structs.replace(RECORD, **{"result_id": result_id, **fields})


def make_shadowed(text: str, label: str = "positive") -> ShadowedText:
    """Make a text that a champion answered."""
    return ShadowedText(
        result_id=new_result_id(time.time_ns() // 1_000_000),
        expires_at=LATER,
        text=text,
        model="champion@0123456789ab",
        label=label,
        score=0.75,
        ms=3.0,
    )


class FakeShadowLog:
    """Keeps records in memory, or fails."""

    def __init__(self, *, reason: str = "") -> None:
        self.writes: list[Sequence[ShadowRecord]] = []
        self._reason = reason

    def write(self, records: Sequence[ShadowRecord]) -> None:
        if self._reason:
            raise ResultLogUnavailableError(self._reason)
        self.writes.append(records)
