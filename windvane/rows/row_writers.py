"""Writes rows with their predictions as CSV or JSON Lines."""

import csv
import json
from collections.abc import Callable, Collection, Mapping, Sequence
from typing import IO, Any

from windvane.inference.predictions import Prediction, round_score, round_scores
from windvane.rows.formula_guard import guard_formulas
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

    def __init__(self, stream: IO[str], columns: Sequence[str]) -> None:
        self._stream = stream
        results = ("label", "score", "scores", "tokens", "windows")
        names = name_results(results, columns)
        self._names = tuple(names.values())
        self.renamed: Mapping[str, str] = _find_renamed(names)

    def find_fault(self, row: Row) -> str | None:
        """Return a reason if a column has the name of a result column that the first row lacks."""
        clash = row.columns.keys() & self._names
        return f'the first row lacks its column "{min(clash)}", so that is ours' if clash else None

    def write(self, rows: Sequence[Row], predictions: Sequence[Prediction]) -> None:
        """Write the rows, and flush."""
        for row, prediction in zip(rows, predictions, strict=True):
            results = (
                prediction.label,
                round_score(prediction.score),
                round_scores(prediction.scores),
                prediction.tokens,
                prediction.windows,
            )
            columns = {**row.columns, **dict(zip(self._names, results, strict=True))}
            self._stream.write(json.dumps(columns, ensure_ascii=False) + "\n")
        self._stream.flush()


class CsvWriter:
    """Writes a header, then one record per row: its columns, then the result columns."""

    def __init__(
        self, stream: IO[str], labels: Sequence[str], columns: Sequence[str], *, raw: bool = False
    ) -> None:
        """Write the header; ``raw`` leaves cells as they are that a spreadsheet would run."""
        self._guard: Callable[[str], str] = str if raw else guard_formulas
        self._stream = stream
        self._labels = labels
        self._columns = columns
        self._writer = csv.writer(stream, lineterminator="\n")
        # Up to Python 3.12 the writer leaves a lone carriage return unquoted.
        self._quoting_writer = csv.writer(stream, lineterminator="\n", quoting=csv.QUOTE_ALL)
        results = ("label", "score", *(f"score_{label}" for label in labels), "tokens", "windows")
        names = name_results(results, columns)
        self.renamed: Mapping[str, str] = _find_renamed(names)
        self._write_record([*columns, *names.values()])

    def find_fault(self, row: Row) -> str | None:
        """Return a reason if a column is not in the header, which comes from the first row."""
        extra = row.columns.keys() - self._columns
        return f'the first row lacks its column "{min(extra)}"' if extra else None

    def write(self, rows: Sequence[Row], predictions: Sequence[Prediction]) -> None:
        """Write the rows, and flush."""
        for row, prediction in zip(rows, predictions, strict=True):
            scores = (prediction.score, *(prediction.scores[label] for label in self._labels))
            self._write_record(
                [
                    *(_to_cell(row.columns.get(column)) for column in self._columns),
                    prediction.label,
                    *(str(round_score(score)) for score in scores),
                    str(prediction.tokens),
                    str(prediction.windows),
                ]
            )
        self._stream.flush()

    def _write_record(self, fields: list[str]) -> None:
        cells = [self._guard(field) for field in fields]
        has_return = any("\r" in cell for cell in cells)
        (self._quoting_writer if has_return else self._writer).writerow(cells)


def _to_cell(field: Any) -> str:  # noqa: ANN401 - whatever JSON holds
    if isinstance(field, str):
        return field
    return "" if field is None else json.dumps(field, ensure_ascii=False)
