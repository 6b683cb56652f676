"""Records of an input: rows with a text, and rejects with the reason why they are none."""

import re
from dataclasses import dataclass, field
from typing import Any

from windvane.inference.errors import TextRuleError
from windvane.inference.text_rules import LONGEST_TEXT_CHARS, check_text
from windvane.rows.column_names import find_column
from windvane.rows.lines import Line

LINE_TOO_LONG = "the line is too long to be a row"
HAS_NULS = "every other character is NUL: the row seems to be UTF-16"
_NULS = re.compile(rb"(?:[^\0]\0){3}")
NOT_UTF8 = (
    "the row is not valid UTF-8; if no row is, name the encoding with --encoding, such as cp1252"
)


@dataclass(frozen=True, slots=True)
class Row:
    """A row with a text.

    Attributes:
        line: 1-based line of the file where the row starts; of an array or a table its number.
        columns: The whole row, the text included.
    """

    line: int
    text: str
    columns: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Reject:
    """A row that cannot be used.

    Attributes:
        line: 1-based line of the file where the row starts; of an array or a table its number.
        reason: What is wrong, without the text.
        columns: The row's columns, if the text column is missing.
        row: The whole row, if it could be read.
    """

    line: int
    reason: str
    columns: tuple[str, ...] = ()
    row: dict[str, Any] | None = field(default=None, compare=False, repr=False)


Record = Row | Reject


def to_record(line: int, columns: dict[str, Any], text_column: str) -> Record:
    """Build a row from its columns, or a reject if its text breaks a rule."""
    column = text_column if text_column in columns else find_column(text_column, columns)
    if column is None:
        return Reject(line, f'there is no column "{text_column}"', tuple(columns), columns)
    try:
        text = check_text(columns[column], max_chars=LONGEST_TEXT_CHARS)
    except TextRuleError as error:
        return Reject(line, f"the text breaks a rule: {error}", row=columns)
    return Row(line, text, columns)


def find_line_fault(line: Line) -> str | None:
    """Return why a line cannot be used before it is decoded; None if it can."""
    if line.cut:
        return LINE_TOO_LONG
    return HAS_NULS if b"\0" in line.content and _NULS.search(line.content) else None


def describe_undecodable(encoding: str) -> str:
    """Say why a row cannot be used that is not of the file's encoding."""
    return NOT_UTF8 if encoding == "utf-8" else f"the row is not valid {encoding}"
