"""Texts to classify, from arguments, plain text, JSON Lines or CSV, read as they are needed."""

import itertools
import textwrap
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import IO

from windvane.rows.csv_reader import read_csv_header, read_csv_records, read_csv_rows
from windvane.rows.errors import InputFileError
from windvane.rows.file_formats import READ_FORMATS, FileFormat, find_format
from windvane.rows.jsonl_reader import read_jsonl_rows
from windvane.rows.lines import Line, Lines
from windvane.rows.row import LINE_TOO_LONG, NOT_UTF8, Record, Reject, Row, to_record

# If all of the first records are rejects, the input has another format.
_PROBED_RECORDS = 1000
_BATCH_TEXTS = 256
_BATCH_CHARS = 2**20


@dataclass(frozen=True)
class TextInput:
    """An input that has rows of its format.

    Attributes:
        records: Rows and rejects in order, read lazily.
        columns: The header of a CSV file, or the columns of the first usable row.
        lines: The lines of the file; None if the texts are command line arguments.
    """

    records: Iterator[Record]
    columns: tuple[str, ...]
    lines: Lines | None = None

    @property
    def total_bytes(self) -> int | None:
        """Size of the file; None for a pipe."""
        return self.lines.total_bytes if self.lines else None

    @property
    def bytes_read(self) -> int:
        """Position in the file."""
        return self.lines.bytes_read if self.lines else 0


def format_of(name: str) -> FileFormat:
    """Return the format that a file's suffix stands for; stdin (``-``) is plain text.

    Raises:
        InputFileError: The suffix is unknown.
    """
    file_format = find_format(name, READ_FORMATS)
    if file_format is None:
        raise InputFileError(f"Cannot tell the format of {name} by its name; say it with --format.")
    return file_format


def build_text_input(texts: Sequence[str], text_column: str) -> TextInput:
    """Build the input from command line arguments, each numbered as a line."""
    records = (
        to_record(number, {text_column: text}, text_column)
        for number, text in enumerate(texts, start=1)
    )
    return TextInput(records, (text_column,))


def read_texts(stream: IO[bytes], file_format: str, text_column: str) -> TextInput:
    """Open a file in csv, jsonl or text, and read up to its first usable row.

    Raises:
        InputFileError: The file is empty, has no such column, or is not of that format.
    """
    lines = Lines(stream)
    if file_format == "csv":
        return _read_csv(lines, text_column)
    if file_format == "jsonl":
        records = read_jsonl_rows(lines, text_column)
    else:
        records = (_to_text_record(line, text_column) for line in lines)
    probed = _probe(records, text_column, lines.name)
    columns = tuple(probed[-1].columns) or (text_column,)
    return TextInput(itertools.chain(probed, records), columns, lines)


def batch_records(records: Iterator[Record]) -> Iterator[list[Record]]:
    """Group records into batches that fit in memory."""
    batch: list[Record] = []
    chars = 0
    for record in records:
        batch.append(record)
        chars += len(record.text) if isinstance(record, Row) else 0
        if len(batch) == _BATCH_TEXTS or chars > _BATCH_CHARS:
            yield batch
            batch, chars = [], 0
    if batch:
        yield batch


def _read_csv(lines: Lines, text_column: str) -> TextInput:
    records = read_csv_records(lines)
    columns = read_csv_header(records, lines.name)
    if text_column not in columns:
        raise _no_such_column(text_column, columns, lines.name)
    return TextInput(read_csv_rows(records, columns, text_column), columns, lines)


def _to_text_record(line: Line, text_column: str) -> Record:
    if line.cut:
        return Reject(line.number, LINE_TOO_LONG)
    try:
        text = line.content.decode().removesuffix("\n").removesuffix("\r")
    except UnicodeDecodeError:
        return Reject(line.number, NOT_UTF8)
    return to_record(line.number, {text_column: text}, text_column)


def _probe(records: Iterator[Record], text_column: str, name: str) -> list[Record]:
    """Read up to the first usable row.

    Raises:
        InputFileError: There is no record, all lack the text column, or none of the first
            `_PROBED_RECORDS` is usable.
    """
    probed: list[Record] = []
    for record in itertools.islice(records, _PROBED_RECORDS):
        probed.append(record)
        if isinstance(record, Row):
            return probed
    if not probed:
        raise InputFileError(f"{name} is empty; it holds no text.")
    columns = next((tuple(record.columns) for record in probed if record.columns), None)
    if columns:
        raise _no_such_column(text_column, columns, name)
    if len(probed) == _PROBED_RECORDS and isinstance(probed[0], Reject):
        raise InputFileError(
            f"None of the first {_PROBED_RECORDS:,} rows of {name} can be used (line "
            f"{probed[0].line}: {probed[0].reason}). Is the format right? See --format."
        )
    return probed


def _no_such_column(text_column: str, columns: Sequence[str], name: str) -> InputFileError:
    known = textwrap.shorten(", ".join(columns), width=300, placeholder=" ...")
    return InputFileError(
        f'{name} has no column "{text_column}"; it has: {known}. Name one with --text-column.'
    )
