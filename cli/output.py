"""Where predictions go: a table to read, CSV or JSON Lines to go on with."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path, PurePath
from typing import IO, Protocol

import click

from cli.errors import CliError
from cli.file_names import is_device
from cli.row_output import CsvOutput, JsonlOutput
from cli.rows import Row
from functions.inference.predictions import Prediction

_KIND_BY_SUFFIX = {".csv": "csv", ".jsonl": "jsonl", ".ndjson": "jsonl"}


class Output(Protocol):
    """Where rows and their predictions go."""

    def misfit(self, row: Row) -> str | None:
        """Say why a row cannot be written, if it cannot."""

    def write(self, rows: Sequence[Row], predictions: Sequence[Prediction]) -> None:
        """Write one prediction for each row."""


def kind_of(path: str, input_format: str, *, to_terminal: bool) -> str:
    """Choose what to write: by the file's suffix, a table to a terminal, else as the input is.

    Raises:
        CliError: The file's suffix is none we know.
    """
    if path == "-":
        as_input = "jsonl" if input_format == "jsonl" else "csv"
        return "table" if to_terminal else as_input
    suffix = PurePath(path).suffix.lower()
    if suffix not in _KIND_BY_SUFFIX:
        raise CliError(f"Cannot tell what to write to {path} by its name; say it with --to.")
    return _KIND_BY_SUFFIX[suffix]


@contextmanager
def open_output(path: str) -> Iterator[IO[str]]:
    """Open stdout (``-``) or a file, which takes its name once it is whole.

    Until then, and if the run ends early, the rows are in ``PATH.partial``.
    """
    target = Path(path).resolve()
    if path == "-" or is_device(target):
        with click.open_file(path, "w", encoding="utf-8") as stream:
            yield stream
        return
    partial = target.with_name(f"{target.name}.partial")
    with partial.open("w", encoding="utf-8", newline="") as stream:
        yield stream
    partial.replace(target)


def build_output(
    kind: str, stream: IO[str], labels: Sequence[str], columns: Sequence[str]
) -> Output:
    """Build the writer of a table, of csv or of jsonl.

    The ``columns`` of the first row decide the names of ours and, in CSV, the header.
    """
    if kind == "jsonl":
        return JsonlOutput(stream, columns)
    if kind == "csv":
        return CsvOutput(stream, labels, columns)
    from cli.table_output import TableOutput  # rich takes time, and CSV needs none of it

    return TableOutput(stream, labels)
