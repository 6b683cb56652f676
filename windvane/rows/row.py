"""Records of an input: rows with a text, and rejects with the reason why they are none."""

from dataclasses import dataclass
from typing import Any

from windvane.inference.errors import TextRuleError
from windvane.inference.text_rules import LONGEST_TEXT_CHARS, check_text

NOT_UTF8 = "the row is not valid UTF-8"
LINE_TOO_LONG = "the line is too long to be a row"


@dataclass(frozen=True, slots=True)
class Row:
    """A row with a text.

    Attributes:
        line: 1-based line of the file where the row starts.
        columns: The whole row, the text included.
    """

    line: int
    text: str
    columns: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Reject:
    """A row that cannot be used.

    Attributes:
        line: 1-based line of the file where the row starts.
        reason: What is wrong, without the text.
        columns: The row's columns, if the text column is missing.
    """

    line: int
    reason: str
    columns: tuple[str, ...] = ()


Record = Row | Reject


def to_record(line: int, columns: dict[str, Any], text_column: str) -> Record:
    """Build a row from its columns, or a reject if its text breaks a rule."""
    if text_column not in columns:
        return Reject(line, f'there is no column "{text_column}"', tuple(columns))
    try:
        text = check_text(columns[text_column], max_chars=LONGEST_TEXT_CHARS)
    except TextRuleError as error:
        return Reject(line, f"the text breaks a rule: {error}")
    return Row(line, text, columns)
