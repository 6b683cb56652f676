"""The columns of CSV: those of the header, or numbered ones where a file has no header."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain

from windvane.jobs.input_errors import input_errors, missing_column
from windvane.jobs.job import Job
from windvane.rows.csv_reader import (
    CsvHeader,
    CsvRecord,
    find_csv_column,
    read_csv_header,
)
from windvane.rows.delimiters import sniff_delimiter
from windvane.rows.row import Reject


@dataclass(frozen=True)
class CsvColumns:
    """The columns of a file, and its rows.

    Attributes:
        header: The columns.
        is_in_file: Whether they come from the file's first record.
        rows: The records behind the header.
    """

    header: CsvHeader
    is_in_file: bool
    rows: Iterator[CsvRecord | Reject]


def read_columns(records: Iterator[CsvRecord | Reject], job: Job, name: str) -> CsvColumns:
    """Read the first record, which is the header or the first row.

    A file has no header where the text column is a number that no column is named: ``2`` is the
    second column then. Its columns are named by their numbers.

    Raises:
        JobInputError: It cannot be read, or lacks the text column or the id column.
    """
    taken: list[CsvRecord | Reject] = []
    with input_errors():
        header = read_csv_header(_remember(records, taken), name)
        is_in_file = not job.text_column.isdecimal() or _has(job.text_column, header, name)
        if not is_in_file:
            numbers = tuple(str(number) for number in range(1, len(header.fields) + 1))
            header = CsvHeader(numbers, numbers)
        for column in filter(None, (job.text_column, job.id_column)):
            if not _has(column, header, name):
                raise missing_column(column, name)
    return CsvColumns(header, is_in_file, records if is_in_file else chain(taken, records))


def _remember(
    records: Iterator[CsvRecord | Reject], taken: list[CsvRecord | Reject]
) -> Iterator[CsvRecord | Reject]:
    for record in records:
        taken.append(record)
        yield record


def _has(column: str, header: CsvHeader, name: str) -> bool:
    return find_csv_column(header, column, name) is not None


def has_separator_line(start: str, job: Job) -> bool:
    """Return whether the first line names the delimiter for Excel, such as ``sep=;``."""
    return sniff_delimiter(start, job.text_column).has_line
