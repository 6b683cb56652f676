"""What an input is read into: rows that hold a text, and rejects that say why they do not."""

import unicodedata
from dataclasses import dataclass
from typing import Any

LONGEST_TEXT_CHARS = 2**20
NOT_UNICODE = "the row is not valid Unicode (a lone surrogate)"
NOT_UTF8 = "the row is not valid UTF-8"
LINE_TOO_LONG = "the line is too long to be a row"
# General categories (Unicode Standard, table 4-4) of which a blank text is made, as in the API.
_INVISIBLE = frozenset({"Cc", "Cf", "Zs", "Zl", "Zp"})
_KINDS = {bool: "a boolean", int: "a number", float: "a number", dict: "an object", list: "a list"}


@dataclass(frozen=True, slots=True)
class Row:
    """A text to classify.

    Attributes:
        line: 1-based line of the file where the row starts.
        columns: The whole row, the text among it.
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
        columns: The columns there are, where the one that holds the text is missing.
    """

    line: int
    reason: str
    columns: tuple[str, ...] = ()


Record = Row | Reject


def to_record(line: int, columns: dict[str, Any], text_column: str) -> Record:
    """Take the text out of a row, or say why it cannot be classified."""
    if text_column not in columns:
        return Reject(line, f'there is no column "{text_column}"', tuple(columns))
    text = columns[text_column]
    if not isinstance(text, str):
        kind = _KINDS.get(type(text), "null")
        return Reject(line, f"the text is {kind}, not a string")
    if all(unicodedata.category(character) in _INVISIBLE for character in text):
        return Reject(line, "the text is blank")
    if len(text) > LONGEST_TEXT_CHARS:
        return Reject(line, f"the text is over {LONGEST_TEXT_CHARS:,} characters")
    if not is_unicode(text):
        return Reject(line, NOT_UNICODE)
    return Row(line, text, columns)


def is_unicode(text: str) -> bool:
    """Tell whether a string can be written as UTF-8: it cannot if it holds a lone surrogate."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True
