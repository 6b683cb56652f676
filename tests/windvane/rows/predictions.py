"""Predictions and rows made up for tests that need no model."""

from collections.abc import Sequence

from windvane.inference.predictions import Prediction
from windvane.rows.row import Row

LABELS = ("negative", "neutral", "positive")
POSITIVE = Prediction(
    "positive",
    0.7,
    {"negative": 0.1, "neutral": 0.2, "positive": 0.7},
    tokens=5,
    windows=1,
    language="en",
)


def make_rows(*texts: str, **columns: object) -> list[Row]:
    return [Row(line, text, {"text": text, **columns}) for line, text in enumerate(texts, start=2)]


def make_predictions(rows: Sequence[Row]) -> list[Prediction]:
    return [POSITIVE for _ in rows]
