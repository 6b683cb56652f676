"""Reads the lines of a byte stream with their numbers, up to a maximum length."""

import codecs
from collections.abc import Iterator
from typing import NamedTuple, Protocol

LONGEST_LINE_BYTES = 8 * 2**20
BYTE_ORDER_MARK = codecs.BOM_UTF8


class Line(NamedTuple):
    """One line with its ending.

    Attributes:
        number: 1 for the first line of the file.
        content: Its bytes, without a byte order mark.
        cut: Whether the line was longer than `LONGEST_LINE_BYTES`; the rest is dropped.
        marked: Whether it began with a byte order mark, as where one file was appended to another.
    """

    number: int
    content: bytes
    cut: bool = False
    marked: bool = False


class LineSource(Protocol):
    """Anything that lines can be read from, such as an open file."""

    def readline(self, size: int, /) -> bytes:
        """Read up to the end of the line, and at most so many bytes."""


class Lines(Iterator[Line]):
    """The lines of a stream of UTF-8.

    Attributes:
        encoding: What the stream was encoded in before, for messages.
        number: Number of the line that was read last; 0 before the first.
    """

    def __init__(
        self,
        stream: LineSource,
        *,
        encoding: str = "utf-8",
        longest_bytes: int = LONGEST_LINE_BYTES,
    ) -> None:
        self._stream = stream
        self._longest_bytes = longest_bytes
        self.number = 0
        self.encoding = encoding

    def __next__(self) -> Line:
        content = self._stream.readline(self._longest_bytes)
        if not content:
            raise StopIteration
        self.number += 1
        cut = not content.endswith(b"\n") and self._skip_to_end()
        if content.startswith(BYTE_ORDER_MARK):
            return Line(self.number, content.removeprefix(BYTE_ORDER_MARK), cut, marked=True)
        return Line(self.number, content, cut)

    def _skip_to_end(self) -> bool:
        """Skip to the end of the line; returns whether there was any more of it."""
        skipped = False
        while rest := self._stream.readline(self._longest_bytes):
            skipped = True
            if rest.endswith(b"\n"):
                break
        return skipped
