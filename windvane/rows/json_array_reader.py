"""Reads a JSON array element by element, so that memory does not grow with the file."""

import codecs
import json
import math
import re
from collections.abc import Iterable, Iterator

from windvane.rows.errors import InputFileError
from windvane.rows.jsonl_reader import TOO_DEEP, build_json_record
from windvane.rows.lines import LONGEST_LINE_BYTES
from windvane.rows.row import Record

LONGEST_ELEMENT_CHARS = LONGEST_LINE_BYTES
_ENDS = frozenset(" \t\n\r,]")
_SPACE = re.compile(r"[ \t\n\r]*")
_BYTE_OF_ITS_OWN = "surrogateescape"  # an element with such a byte is rejected


def read_json_array(
    chunks: Iterable[bytes],
    text_column: str,
    name: str,
    *,
    longest_chars: int = LONGEST_ELEMENT_CHARS,
) -> Iterator[Record]:
    """Read one row per element; the rows are numbered from 1.

    Args:
        chunks: The file, in UTF-8.
        text_column: The key that holds the text; a string is a text itself.
        name: The file's name, for messages.
        longest_chars: How long an element may be.

    Raises:
        InputFileError: It is not an array, or it is malformed or cut off: where the next element
            begins is not known then.
    """
    for number, element in enumerate(_Array(chunks, name, longest_chars), start=1):
        yield build_json_record(number, element, text_column)


class _Array(Iterator[object]):
    """The elements of an array, parsed as far as the chunks before them were read."""

    def __init__(self, chunks: Iterable[bytes], name: str, longest_chars: int) -> None:
        self._chunks = iter(chunks)
        self._decoder = codecs.getincrementaldecoder("utf-8-sig")(_BYTE_OF_ITS_OWN)
        self._parser = json.JSONDecoder(parse_int=_parse_integer)
        self._name = name
        self._longest_chars = longest_chars
        self._text = ""
        self._at = 0
        self._elements = 0

    def __next__(self) -> object:
        if not self._elements and self._take() != "[":
            raise self._malformed("an array begins with [")
        if self._peek() == "]" and not self._elements:
            self._take()
            raise StopIteration
        if self._elements and self._end_element() == "]":
            raise StopIteration
        element = self._parse()
        self._elements += 1
        return element

    def _end_element(self) -> str:
        """Take the comma or bracket behind an element.

        Raises:
            InputFileError: Something else follows, or something follows the array.
        """
        mark = self._take()
        if mark not in {",", "]"}:
            raise self._malformed("a comma or ] is missing" if mark else "the array is cut off")
        if mark == "]" and self._peek():
            raise self._malformed("something follows the array")
        return mark

    def _parse(self) -> object:
        self._peek()
        while True:
            fault = "the array is cut off"
            try:
                element, end = self._parser.raw_decode(self._text, self._at)
            except json.JSONDecodeError as error:
                fault = error.msg.removesuffix(" at")
            except RecursionError:
                raise self._malformed(TOO_DEEP) from None
            else:
                following = self._text[end : end + 1]
                if following in _ENDS:  # else a number may go on
                    self._at = end
                    return element
                if following:
                    fault = "a comma or ] is missing"
            if len(self._text) - self._at > self._longest_chars:
                longest = f"{self._longest_chars:,} characters"
                raise self._malformed(f"it is malformed, or longer than {longest}")
            if not self._read_as_much_again():
                raise self._malformed(fault)

    def _take(self) -> str:
        character = self._peek()
        self._at += len(character)
        return character

    def _peek(self) -> str:
        """Skip white space and return the character behind it; at the end an empty string."""
        while True:
            self._at = _skip_space(self._text, self._at)
            if self._at < len(self._text):
                return self._text[self._at]
            if not self._read():
                return ""

    def _read_as_much_again(self) -> bool:
        """Read on, so much that an element is not parsed again for each chunk."""
        wanted = 2 * (len(self._text) - self._at)
        while self._read():
            if len(self._text) - self._at >= wanted:
                return True
        return len(self._text) - self._at > wanted // 2

    def _read(self) -> bool:
        chunk = next(self._chunks, None)
        if chunk is None:
            return False
        self._text = self._text[self._at :] + self._decoder.decode(chunk)
        self._at = 0
        return True

    def _malformed(self, fault: str) -> InputFileError:
        place = f"element {self._elements + 1}" if self._elements else "its start"
        return InputFileError(
            f"{self._name} is not a JSON array from {place} on: {fault}; nothing behind that can "
            "be read."
        )


def _parse_integer(digits: str) -> float:
    """Return infinity, which rejects its element alone, for more digits than Python converts."""
    try:
        return int(digits)
    except ValueError:
        return math.inf


def _skip_space(text: str, at: int) -> int:
    found = _SPACE.match(text, at)
    return found.end() if found else at
