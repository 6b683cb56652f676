"""Output formats of ``windvane classify`` and their writers."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import IO, Protocol

from windvane.cli.errors import CliError
from windvane.inference.predictions import Prediction
from windvane.rows.file_formats import FileFormat, find_written_format
from windvane.rows.row import Row
from windvane.rows.row_writers import CsvWriter, JsonlWriter


@dataclass(frozen=True)
class Writing:
    """How predictions are written.

    Attributes:
        raw: Whether the guard against formulas in CSV is off.
        min_score: A label whose score is lower is left out.
    """

    raw: bool = False
    min_score: float = 0.0


class PredictionWriter(Protocol):
    """Writes rows and their predictions.

    Attributes:
        renamed: New name of each result column whose name the input has already.
    """

    renamed: Mapping[str, str]

    def find_fault(self, row: Row) -> str | None:
        """Return why a row cannot be written, or None."""

    def write(self, rows: Sequence[Row], predictions: Sequence[Prediction]) -> None:
        """Write one prediction for each row."""


def choose_format(path: str) -> str | None:
    """Choose the format by the file's suffix; None for stdout, where it depends on the input.

    Raises:
        CliError: The suffix is unknown.
    """
    if path == "-":
        return None
    file_format = find_written_format(path)
    if file_format is None:
        raise CliError(f"Cannot tell what to write to {path} by its name; say it with --to.")
    return file_format


def choose_stdout_format(input_format: FileFormat, *, to_terminal: bool) -> str:
    """Choose the format of stdout: a table on a terminal, or else what is like the input."""
    as_input = "jsonl" if input_format in {"json", "jsonl"} else "csv"
    return "table" if to_terminal else as_input


def build_writer(
    output_format: str,
    stream: IO[str],
    labels: Sequence[str],
    columns: Sequence[str],
    writing: Writing,
) -> PredictionWriter:
    """Build the writer of a format: table, csv or jsonl.

    The ``columns`` of the first row decide the names of the result columns and the CSV header.
    """
    if output_format == "jsonl":
        return JsonlWriter(stream, columns, min_score=writing.min_score)
    if output_format == "csv":
        return CsvWriter(stream, labels, columns, raw=writing.raw, min_score=writing.min_score)
    # Imported late: rich takes long to import.
    from windvane.cli.classify.table_writer import TableWriter

    return TableWriter(stream, labels, min_score=writing.min_score)
