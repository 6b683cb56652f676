"""Reads CSV (RFC 4180, and other delimiters); a malformed record does not affect the others."""

import csv
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

from windvane.rows.column_names import find_columns, name_columns
from windvane.rows.errors import InputFileError, NoRowsError
from windvane.rows.lines import LONGEST_LINE_BYTES, Line, Lines
from windvane.rows.row import (
    Record,
    Reject,
    describe_undecodable,
    find_line_fault,
    to_record,
)

LONGEST_RECORD_CHARS = LONGEST_LINE_BYTES
_TOO_LONG = f"the row is longer than {LONGEST_RECORD_CHARS:,} characters"
_FAULTS = {
    "unexpected end of data": "a quote is opened and never closed",
    "field larger than field limit": f"{_TOO_LONG}, or a quote is opened and never closed",
    "new-line character seen": "there is a carriage return outside quotes; quote the field",
}
_AFTER_QUOTE = 'text follows a closing quote; double the quotes inside a quoted field: ""'


class CsvRecord(NamedTuple):
    """The fields of a record; an empty line has none.

    Attributes:
        line: Number of its first line.
        fields: The fields.
        marked: Whether the record began with a byte order mark.
    """

    line: int
    fields: list[str]
    marked: bool


@dataclass(frozen=True)
class CsvHeader:
    """The columns of a CSV file.

    Attributes:
        fields: The header as it is in the file.
        columns: A name for each column, all different.
    """

    fields: tuple[str, ...]
    columns: tuple[str, ...]

    @property
    def required(self) -> int:
        """How many fields a row has at least: those up to the last column with a name."""
        named = [position for position, field in enumerate(self.fields, 1) if field.strip()]
        return max(named, default=len(self.fields))


class _Feed(Iterator[str]):
    """Feeds lines to `csv.reader`; lines of a malformed record can be put back."""

    def __init__(self, lines: Lines) -> None:
        self._lines = lines
        self._returned: deque[Line] = deque()
        self._chars = 0
        self.consumed: list[Line] = []
        self.fault: str | None = None

    def start_record(self) -> None:
        self.consumed.clear()
        self.fault = None
        self._chars = 0

    def __next__(self) -> str:
        line = self._returned.popleft() if self._returned else next(self._lines)
        self.consumed.append(line)
        text = self._decode(line)
        self._chars += len(text)
        if self._chars > LONGEST_RECORD_CHARS and len(self.consumed) > 1:
            raise csv.Error("field larger than field limit")
        return text

    def put_back(self) -> None:
        """Put back all but the first line of the record, to be read as separate records."""
        self._returned.extendleft(reversed(self.consumed[1:]))

    def _decode(self, line: Line) -> str:
        fault = find_line_fault(line)
        try:
            text = line.content.decode()
        except UnicodeDecodeError:
            fault = fault or describe_undecodable(self._lines.encoding)
            text = line.content.decode("utf-8", "surrogateescape")
        self.fault = self.fault or fault
        is_first = len(self.consumed) == 1
        return text if is_first or not line.marked else f"\ufeff{text}"  # in a quoted field


def read_csv_records(lines: Lines, delimiter: str = ",") -> Iterator[CsvRecord | Reject]:
    """Read records of fields.

    An unclosed quote takes in the lines after it, up to `LONGEST_RECORD_CHARS`; they are read
    again.
    """
    csv.field_size_limit(LONGEST_RECORD_CHARS)
    feed = _Feed(lines)
    reader = csv.reader(feed, delimiter=delimiter, strict=True)
    while True:
        feed.start_record()
        try:
            fields = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            feed.put_back()
            fault = feed.fault if len(feed.consumed) == 1 else None
            yield Reject(feed.consumed[0].number, fault or _explain(str(error)))
            continue
        first = feed.consumed[0]
        if feed.fault:
            yield Reject(first.number, feed.fault)
        else:
            yield CsvRecord(first.number, fields, first.marked)


def _explain(error: str) -> str:
    faults = (fault for start, fault in _FAULTS.items() if error.startswith(start))
    return f"malformed CSV: {next(faults, _AFTER_QUOTE)}"


def read_csv_header(records: Iterator[CsvRecord | Reject], name: str) -> CsvHeader:
    """Read the column names from the first record that is not a blank line.

    Args:
        records: All records of the file.
        name: The file's name, for messages.

    Raises:
        InputFileError: There is none, or it is malformed.
    """
    header = next((record for record in records if not _is_blank(record)), None)
    if header is None:
        raise NoRowsError(f"{name} is empty; a CSV file begins with the names of its columns.")
    if isinstance(header, Reject):
        raise InputFileError(f"The header of {name} cannot be read: {header.reason}.")
    return CsvHeader(tuple(header.fields), name_columns(header.fields))


def _is_blank(record: CsvRecord | Reject) -> bool:
    return isinstance(record, CsvRecord) and not "".join(record.fields).strip()


def find_csv_column(header: CsvHeader, column: str, name: str) -> str | None:
    """Return the column that a name stands for; None if there is none.

    Raises:
        InputFileError: There are several.
    """
    positions = [header.fields.index(field) for field in find_columns(column, header.fields)]
    if len(positions) > 1:
        raise InputFileError(f'The header of {name} names the column "{column}" twice.')
    return header.columns[positions[0]] if positions else None


def read_csv_rows(
    records: Iterator[CsvRecord | Reject], header: CsvHeader, text_column: str
) -> Iterator[Record]:
    """Pair each record with the header.

    A blank line is a blank text if there is one column, and otherwise skipped. So is a header that
    repeats where one file was appended to another.
    """
    columns = header.columns
    for record in records:
        if isinstance(record, Reject):
            yield record
            continue
        line, fields, marked = record
        if len(fields) != len(columns):
            if len(columns) > 1 and not "".join(fields).strip():
                continue
            fitted = _fit(fields or [""], header)
            if isinstance(fitted, str):
                yield Reject(line, fitted)
                continue
            fields = fitted
        if marked and tuple(fields) == header.fields:
            continue
        yield to_record(line, dict(zip(columns, fields, strict=True)), text_column)


def _fit(fields: list[str], header: CsvHeader) -> list[str] | str:
    """Add or take away empty fields at the end, as far as no column with a name is concerned.

    Returns:
        A field for each column, or why that cannot be.
    """
    size = len(header.columns)
    if header.required <= len(fields) <= size:
        return fields + [""] * (size - len(fields))
    if len(fields) > size and not any(fields[size:]):
        return fields[:size]
    hint = "; quote a field that holds the delimiter" if len(fields) > size else ""
    return f"the row has {len(fields)} fields, the header {size}{hint}"
