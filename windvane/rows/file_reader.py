"""Reads the rows of a file: every command that reads texts reads them here."""

import io
import itertools
import textwrap
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import IO

from windvane.rows.byte_source import ByteSource, buffer_chunks
from windvane.rows.csv_reader import (
    CsvHeader,
    find_csv_column,
    read_csv_header,
    read_csv_records,
    read_csv_rows,
)
from windvane.rows.errors import ColumnMissingError, InputFileError, NoRowsError
from windvane.rows.file_detection import Detection, detect_file
from windvane.rows.json_array_reader import read_json_array
from windvane.rows.jsonl_reader import read_jsonl_rows
from windvane.rows.labelled_line_reader import read_labelled_lines
from windvane.rows.lines import Lines
from windvane.rows.parquet_reader import read_parquet
from windvane.rows.reading import Reading
from windvane.rows.row import Record, Reject, Row
from windvane.rows.spreadsheet_reader import read_spreadsheet
from windvane.rows.text_encodings import UTF8, end_lines_by_feeds, transcode
from windvane.rows.text_input import TextInput
from windvane.rows.text_line_reader import read_text_lines

# If all of the first records are rejects, the input has another format.
_PROBED_RECORDS = 1000
LARGEST_PIPED_BYTES = 2**28
"""How much of a spreadsheet or a Parquet file is held that cannot be sought in."""


@dataclass(frozen=True)
class _Rows:
    """The rows of a file: with a header, if the format has one."""

    records: Iterator[Record]
    header: CsvHeader | None = None
    note: str | None = None


def read_texts(stream: IO[bytes], reading: Reading, label_column: str | None = None) -> TextInput:
    """Open a file of any format, and read up to its first usable row.

    Args:
        stream: The file, at its start.
        reading: How to read it, as far as it is known.
        label_column: The column that holds the label; lines of plain text begin with theirs.

    Raises:
        InputFileError: The file is empty, has no such column, has it twice, is not of its format,
            or its format cannot be told.
    """
    source = ByteSource(stream)
    detection = detect_file(source, reading)
    rows = _open_rows(source, detection, reading, label_column)
    note = rows.note or detection.note
    if rows.header:
        _require_columns(rows.header, reading.text_column, label_column, source.name)
        columns = rows.header.columns
        return TextInput(rows.records, columns, detection.file_format, note, source)
    probed = _probe(rows.records, reading.text_column, source.name)
    records = itertools.chain(probed, rows.records)
    columns = tuple(probed[-1].columns) or (reading.text_column,)
    return TextInput(records, columns, detection.file_format, note, source)


def _require_columns(
    header: CsvHeader, text_column: str, label_column: str | None, name: str
) -> None:
    """Check that there is a column of texts, and not several of texts or of labels.

    Raises:
        InputFileError: There is none, or several.
    """
    if find_csv_column(header, text_column, name) is None:
        raise _no_such_column(text_column, header.columns, name)
    if label_column:
        find_csv_column(header, label_column, name)


def _open_rows(
    source: ByteSource, detection: Detection, reading: Reading, label_column: str | None
) -> _Rows:
    text_column, name = reading.text_column, source.name
    if detection.file_format == "xlsx":
        sheet = read_spreadsheet(_make_seekable(source), text_column, name)
        note = f'{name}: the sheet "{sheet.name}" is read.' if sheet.name else None
        return _Rows(sheet.records, sheet.header, note)
    if detection.file_format == "parquet":
        header, records = read_parquet(_make_seekable(source), text_column, name)
        return _Rows(records, header)
    chunks = _to_utf8(source, detection)
    if detection.file_format == "json":
        return _Rows(read_json_array(chunks, text_column, name))
    lines = Lines(buffer_chunks(chunks), encoding=detection.encoding)
    if detection.file_format == "csv":
        return _open_csv(lines, detection, text_column, name)
    return _Rows(_read_lines(lines, detection, text_column, label_column))


def _read_lines(
    lines: Lines, detection: Detection, text_column: str, label_column: str | None
) -> Iterator[Record]:
    if detection.file_format == "jsonl":
        return read_jsonl_rows(lines, text_column)
    if label_column:
        return read_labelled_lines(lines, text_column, label_column)
    return read_text_lines(lines, text_column)


def _open_csv(lines: Lines, detection: Detection, text_column: str, name: str) -> _Rows:
    if detection.delimiter.has_line:
        next(lines)
    records = read_csv_records(lines, detection.delimiter.character)
    header = read_csv_header(records, name)
    column = find_csv_column(header, text_column, name) or text_column
    return _Rows(read_csv_rows(records, header, column), header)


def _to_utf8(source: ByteSource, detection: Detection) -> Iterable[bytes]:
    chunks: Iterable[bytes] = source
    if detection.encoding != UTF8:
        chunks = transcode(chunks, detection.encoding, source.name)
    return end_lines_by_feeds(chunks) if detection.ends_by_returns else chunks


def _make_seekable(source: ByteSource) -> IO[bytes]:
    """Return a file that can be sought in, at its start.

    Raises:
        InputFileError: It comes from a pipe or is packed, and is too large to be held.
    """
    if not source.is_packed and source.stream.seekable():
        source.stream.seek(0)
        return source.stream
    held = io.BytesIO()
    for chunk in source:
        held.write(chunk)
        if held.tell() > LARGEST_PIPED_BYTES:
            raise InputFileError(
                f"{source.name} has more than {LARGEST_PIPED_BYTES // 2**20} MB; give it as a file "
                "that is not packed."
            )
    held.seek(0)
    return held


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
        raise NoRowsError(f"{name} is empty; it holds no text.")
    columns = next((tuple(record.columns) for record in probed if record.columns), None)
    if columns:
        raise _no_such_column(text_column, columns, name)
    if len(probed) == _PROBED_RECORDS and isinstance(probed[0], Reject):
        raise InputFileError(
            f"None of the first {_PROBED_RECORDS:,} rows of {name} can be used (line "
            f"{probed[0].line}: {probed[0].reason}). Is the format right? See --format."
        )
    return probed


def _no_such_column(text_column: str, columns: Sequence[str], name: str) -> ColumnMissingError:
    known = textwrap.shorten(", ".join(columns), width=300, placeholder=" ...")
    return ColumnMissingError(
        f'{name} has no column "{text_column}"; it has: {known}. Name one with --text-column.'
    )
