"""Rows of a CSV file (RFC 4180): a bad row costs itself and no other."""

import csv
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass

from windvane.inference.text_rules import LONGEST_TEXT_CHARS, is_unicode
from windvane.rows.errors import InputFileError
from windvane.rows.lines import Line, Lines
from windvane.rows.rows import LINE_TOO_LONG, NOT_UTF8, Record, Reject, to_record


@dataclass(frozen=True, slots=True)
class CsvRecord:
    """The fields that start at a line; none for an empty line."""

    line: int
    fields: list[str]


class _Feed(Iterator[str]):
    """Hands lines to `csv.reader`, and takes them back when their record turns out broken."""

    def __init__(self, lines: Lines) -> None:
        self._lines = lines
        self._given_back: deque[Line] = deque()
        self.taken: list[Line] = []

    def __next__(self) -> str:
        line = self._given_back.popleft() if self._given_back else next(self._lines)
        self.taken.append(line)
        return line.content.decode("utf-8", "surrogateescape")

    def give_back(self) -> None:
        """Take back all but the first line of the record, to be read as records of their own."""
        self._given_back.extendleft(reversed(self.taken[1:]))


def read_csv_records(lines: Lines) -> Iterator[CsvRecord | Reject]:
    """Read records of fields.

    A quote that is never closed would swallow every line after it: what it took is read again,
    which `LONGEST_TEXT_CHARS` keeps short.
    """
    csv.field_size_limit(LONGEST_TEXT_CHARS)
    feed = _Feed(lines)
    reader = csv.reader(feed, strict=True)
    while True:
        feed.taken.clear()
        try:
            fields = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            feed.give_back()
            fault = str(error).partition(" - ")[0]  # what follows is advice to a programmer
            yield Reject(feed.taken[0].number, f"malformed CSV: {fault}")
        else:
            yield _check_record(feed.taken, fields)


def _check_record(taken: list[Line], fields: list[str]) -> CsvRecord | Reject:
    if any(line.cut for line in taken):
        return Reject(taken[0].number, LINE_TOO_LONG)
    if not all(map(is_unicode, fields)):
        return Reject(taken[0].number, NOT_UTF8)
    return CsvRecord(taken[0].number, fields)


def read_csv_header(records: Iterator[CsvRecord | Reject], name: str) -> tuple[str, ...]:
    """Read the names of the columns off the first record of the file called ``name``.

    Raises:
        InputFileError: There is none, it is broken, or it names a column twice.
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

    An empty line is a blank text where there is one column, and no row where there are more.
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
