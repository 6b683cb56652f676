"""Reads CSV (RFC 4180); a malformed record does not affect the others."""

import csv
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass

from windvane.inference.text_rules import LONGEST_TEXT_CHARS, is_unicode
from windvane.rows.errors import InputFileError
from windvane.rows.lines import Line, Lines
from windvane.rows.row import LINE_TOO_LONG, NOT_UTF8, Record, Reject, to_record


@dataclass(frozen=True, slots=True)
class CsvRecord:
    """The fields of a record and its first line; an empty line has no fields."""

    line: int
    fields: list[str]


class _Feed(Iterator[str]):
    """Feeds lines to `csv.reader`; lines of a malformed record can be put back."""

    def __init__(self, lines: Lines) -> None:
        self._lines = lines
        self._returned: deque[Line] = deque()
        self.consumed: list[Line] = []

    def __next__(self) -> str:
        line = self._returned.popleft() if self._returned else next(self._lines)
        self.consumed.append(line)
        return line.content.decode("utf-8", "surrogateescape")

    def put_back(self) -> None:
        """Put back all but the first line of the record, to be read as separate records."""
        self._returned.extendleft(reversed(self.consumed[1:]))


def read_csv_records(lines: Lines) -> Iterator[CsvRecord | Reject]:
    """Read records of fields.

    An unclosed quote takes in the lines after it, up to `LONGEST_TEXT_CHARS`; they are read again.
    """
    csv.field_size_limit(LONGEST_TEXT_CHARS)
    feed = _Feed(lines)
    reader = csv.reader(feed, strict=True)
    while True:
        feed.consumed.clear()
        try:
            fields = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            feed.put_back()
            fault = str(error).partition(" - ")[0]  # what follows is advice to a programmer
            yield Reject(feed.consumed[0].number, f"malformed CSV: {fault}")
        else:
            yield _check_record(feed.consumed, fields)


def _check_record(lines: list[Line], fields: list[str]) -> CsvRecord | Reject:
    if any(line.cut for line in lines):
        return Reject(lines[0].number, LINE_TOO_LONG)
    if not all(map(is_unicode, fields)):
        return Reject(lines[0].number, NOT_UTF8)
    return CsvRecord(lines[0].number, fields)


def read_csv_header(records: Iterator[CsvRecord | Reject], name: str) -> tuple[str, ...]:
    """Read the column names from the first record.

    Args:
        records: All records of the file.
        name: The file's name, for messages.

    Raises:
        InputFileError: There is none, it is malformed, or it names a column twice.
    """
    header = next(records, None)
    if header is None:
        raise InputFileError(f"{name} is empty; a CSV file begins with the names of its columns.")
    if isinstance(header, Reject):
        raise InputFileError(f"The header of {name} cannot be read: {header.reason}.")
    columns = tuple(header.fields)
    repeated = {column for column in columns if columns.count(column) > 1}
    if repeated:
        raise InputFileError(f'The header of {name} names the column "{min(repeated)}" twice.')
    return columns


def read_csv_rows(
    records: Iterator[CsvRecord | Reject], columns: tuple[str, ...], text_column: str
) -> Iterator[Record]:
    """Pair each record with the header.

    An empty line is a blank text if there is one column, and otherwise skipped.
    """
    for record in records:
        if isinstance(record, Reject):
            yield record
        elif record.fields or len(columns) == 1:
            yield _to_row(record, columns, text_column)


def _to_row(record: CsvRecord, columns: tuple[str, ...], text_column: str) -> Record:
    fields = record.fields or [""]
    if len(fields) != len(columns):
        return Reject(record.line, f"the row has {len(fields)} fields, the header {len(columns)}")
    return to_record(record.line, dict(zip(columns, fields, strict=True)), text_column)
