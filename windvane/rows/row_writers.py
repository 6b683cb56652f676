"""Writes rows with their predictions as CSV or JSON Lines."""

from collections.abc import Collection, Mapping, Sequence
from typing import IO

from windvane.inference.predictions import Prediction, choose_label, round_score, round_scores
from windvane.rows.record_writers import build_record_writer
from windvane.rows.row import Row


def name_results(results: Sequence[str], columns: Collection[str]) -> dict[str, str]:
    """Name the result columns so that no column of the input is overwritten.

    Returns:
        The name of each of ``results``, in order: with ``predicted_`` before it as often as the
        input has a column of that name.
    """
    names = {}
    for result in results:
        name = result
        while name in columns:
            name = f"predicted_{name}"
        names[result] = name
    return names


def _find_renamed(names: Mapping[str, str]) -> dict[str, str]:
    return {result: name for result, name in names.items() if name != result}


class JsonlWriter:
    """Writes one JSON object per row: its columns, then the result columns."""

    def __init__(self, stream: IO[str], columns: Sequence[str], *, min_score: float = 0) -> None:
        """A label whose score is below ``min_score`` is written as null."""
        self._stream = stream
        self._min_score = min_score
        results = ("label", "score", "scores", "language", "tokens", "windows")
        names = name_results(results, columns)
        self._names = tuple(names.values())
        self._write_record = build_record_writer(stream, "jsonl", ())
        self.renamed: Mapping[str, str] = _find_renamed(names)

    def find_fault(self, row: Row) -> str | None:
        """Return a reason if a column has the name of a result column that the first row lacks."""
        clash = row.columns.keys() & self._names
        return f'the first row lacks its column "{min(clash)}", so that is ours' if clash else None

    def write(self, rows: Sequence[Row], predictions: Sequence[Prediction]) -> None:
        """Write the rows, and flush."""
        for row, prediction in zip(rows, predictions, strict=True):
            results = (
                choose_label(prediction, self._min_score),
                round_score(prediction.score),
                round_scores(prediction.scores),
                prediction.language,
                prediction.tokens,
                prediction.windows,
            )
            self._write_record({**row.columns, **dict(zip(self._names, results, strict=True))})
        self._stream.flush()


class CsvWriter:
    """Writes a header, then one record per row: its columns, then the result columns."""

    def __init__(
        self,
        stream: IO[str],
        labels: Sequence[str],
        columns: Sequence[str],
        *,
        raw: bool = False,
        min_score: float = 0,
    ) -> None:
        """Write the header.

        ``raw`` leaves cells as they are that a spreadsheet would run. A label whose score is below
        ``min_score`` is an empty cell.
        """
        self._min_score = min_score
        self._stream = stream
        self._labels = labels
        self._columns = columns
        scores = (f"score_{label}" for label in labels)
        results = ("label", "score", *scores, "language", "tokens", "windows")
        names = name_results(results, columns)
        self._names = tuple(names.values())
        self._write_record = build_record_writer(stream, "csv", [*columns, *self._names], raw=raw)
        self.renamed: Mapping[str, str] = _find_renamed(names)

    def find_fault(self, row: Row) -> str | None:
        """Return a reason if a column is not in the header, which comes from the first row."""
        extra = row.columns.keys() - self._columns
        return f'the first row lacks its column "{min(extra)}"' if extra else None

    def write(self, rows: Sequence[Row], predictions: Sequence[Prediction]) -> None:
        """Write the rows, and flush."""
        for row, prediction in zip(rows, predictions, strict=True):
            results = (
                choose_label(prediction, self._min_score),
                round_score(prediction.score),
                *(round_score(prediction.scores[label]) for label in self._labels),
                prediction.language,
                prediction.tokens,
                prediction.windows,
            )
            self._write_record({**row.columns, **dict(zip(self._names, results, strict=True))})
        self._stream.flush()
