"""The rows of a job's results: one for each row of the input, in its order."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from windvane.inference.predictions import Prediction, choose_label, round_score, round_scores

Fields = dict[str, Any]


@dataclass(frozen=True, slots=True)
class ResultRow:
    """What became of a row.

    Attributes:
        id: What the id column holds; None where there is none.
        prediction: The prediction; None if the row was rejected.
        error: Why it was rejected; None if it was not.
    """

    id: Any
    prediction: Prediction | None = None
    error: str | None = None


@dataclass(frozen=True)
class ResultFields:
    """The fields of a result row.

    Attributes:
        labels: Labels of the model, in order.
        has_id: Whether rows have an id.
        has_language: Whether rows have the language of their text.
        min_score: A label whose score is lower is null.
    """

    labels: Sequence[str]
    has_id: bool
    has_language: bool
    min_score: float

    @property
    def columns(self) -> tuple[str, ...]:
        """Columns of a table of results."""
        scores = (f"score_{label}" for label in self.labels)
        language = ("language",) if self.has_language else ()
        row = ("label", "score", *scores, *language, "tokens", "windows", "error")
        return ("id", *row) if self.has_id else row

    def to_object(self, row: ResultRow) -> Fields:
        """Build the object of a row, as JSON Lines have it."""
        fields: Fields = {"id": row.id} if self.has_id else {}
        if row.prediction is None:
            return {**fields, "error": row.error}
        prediction = row.prediction
        language = {"language": prediction.language} if self.has_language else {}
        return {
            **fields,
            "label": choose_label(prediction, self.min_score),
            "score": round_score(prediction.score),
            "scores": round_scores(prediction.scores),
            **language,
            "tokens": prediction.tokens,
            "windows": prediction.windows,
        }

    def to_cells(self, row: ResultRow) -> Fields:
        """Build the cells of a row, as a table has them."""
        fields = self.to_object(row)
        scores = fields.pop("scores", {})
        return {**fields, **{f"score_{label}": score for label, score in scores.items()}}

    def to_table(self, rows: Sequence[ResultRow]) -> Iterator[Fields]:
        """Build the cells of rows."""
        return map(self.to_cells, rows)
