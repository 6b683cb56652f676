"""What predictions are written as, and which writer does it."""

from collections.abc import Mapping, Sequence
from typing import IO, Protocol

from windvane.cli.errors import CliError
from windvane.inference.predictions import Prediction
from windvane.rows.file_formats import WRITTEN_FORMATS, find_format
from windvane.rows.row_output import CsvOutput, JsonlOutput
from windvane.rows.rows import Row


class Output(Protocol):
    """Writes rows and their predictions.

    Attributes:
        renamed: Our columns whose names the input has already, with the names they got instead.
    """

    renamed: Mapping[str, str]

    def misfit(self, row: Row) -> str | None:
        """Say why a row cannot be written, if it cannot."""

    def write(self, rows: Sequence[Row], predictions: Sequence[Prediction]) -> None:
        """Write one prediction for each row."""


def format_for(path: str, input_format: str, *, to_terminal: bool) -> str:
    """Choose what to write: by the file's suffix, a table to a terminal, else as the input is.

    Raises:
        CliError: The file's suffix is none we know.
    """
    if path == "-":
        as_input = "jsonl" if input_format == "jsonl" else "csv"
        return "table" if to_terminal else as_input
    file_format = find_format(path, WRITTEN_FORMATS)
    if file_format is None:
        raise CliError(f"Cannot tell what to write to {path} by its name; say it with --to.")
    return file_format


def build_output(
    output_format: str, stream: IO[str], labels: Sequence[str], columns: Sequence[str]
) -> Output:
    """Build the writer of a table, of csv or of jsonl.

    The ``columns`` of the first row decide the names of ours and, in CSV, the header.
    """
    if output_format == "jsonl":
        return JsonlOutput(stream, columns)
    if output_format == "csv":
        return CsvOutput(stream, labels, columns)
    from windvane.cli.classify.table_output import (
        TableOutput,  # rich takes time, and CSV needs none of it
    )

    return TableOutput(stream, labels)
