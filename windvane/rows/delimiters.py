"""Finds out what delimits the fields of a CSV file, and what ends its lines."""

import csv
import io
import re
from dataclasses import dataclass

from windvane.rows.column_names import find_column

DELIMITERS = (",", ";", "\t", "|")
_SEPARATOR_LINE = re.compile(r'\ufeff?"?sep=([^\r\n])"?(?:\r\n|\r|\n)', re.IGNORECASE)
_QUOTED = re.compile(r'"[^"]*"')


@dataclass(frozen=True)
class Delimiter:
    """What delimits the fields.

    Attributes:
        character: The delimiter.
        has_line: Whether the file's first line names it, for Excel: ``sep=;``.
    """

    character: str
    has_line: bool = False


def sniff_delimiter(start: str, text_column: str, *, preferred: str = ",") -> Delimiter:
    """Find the delimiter by which the header has the text column, or else the most columns.

    Args:
        start: The start of the file.
        text_column: The column that is looked for.
        preferred: The delimiter if there is nothing to tell by.
    """
    if found := _SEPARATOR_LINE.match(start):
        return Delimiter(found[1], has_line=True)
    ranks = {character: _rank(start, text_column, character) for character in DELIMITERS}
    return Delimiter(max((preferred, *DELIMITERS), key=lambda character: ranks[character]))


def read_header(start: str, delimiter: str) -> list[str]:
    """Return the fields of the first record but blank lines; none if it is malformed."""
    lines = io.StringIO(start.removeprefix("\ufeff"), newline="")
    try:
        records = csv.reader(lines, delimiter=delimiter, strict=True)
        return next((fields for fields in records if "".join(fields).strip()), [])
    except csv.Error:
        return []


def _rank(start: str, text_column: str, character: str) -> tuple[bool, int]:
    header = read_header(start, character)
    return find_column(text_column, header) is not None, len(header)


def ends_lines_by_returns(start: str, *, quoted: bool) -> bool:
    """Return whether lines end with a carriage return alone, as they did on old Macs.

    Args:
        start: The start of the file.
        quoted: Whether what is between quotes does not count, as in CSV.
    """
    bare = _QUOTED.sub("", start) if quoted else start
    return "\r" in bare and "\n" not in bare
