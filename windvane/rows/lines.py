"""Reads the lines of a byte stream with their numbers, up to a maximum length."""

import codecs
import io
import os
import stat
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from windvane.rows.errors import InputFileError

LONGEST_LINE_BYTES = 8 * 2**20
_UTF16_MARKS = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)


@dataclass(frozen=True, slots=True)
class Line:
    """One line with its ending.

    Attributes:
        number: 1 for the first line of the file.
        content: Its bytes, without the byte order mark of UTF-8.
        cut: Whether the line was longer than `LONGEST_LINE_BYTES`; the rest is dropped.
    """

    number: int
    content: bytes
    cut: bool = False


@contextmanager
def open_input(path: str) -> Iterator[IO[bytes]]:
    """Open a file, or stdin (``-``), which stays open."""
    if path == "-":
        yield sys.stdin.buffer
    else:
        with Path(path).open("rb") as stream:
            yield stream


class Lines(Iterator[Line]):
    """The lines of a stream.

    Attributes:
        name: Name of the stream, for messages.
        bytes_read: Position in the stream.
        total_bytes: Size of the file behind the stream; None for a pipe.
    """

    def __init__(self, stream: IO[bytes], *, longest_bytes: int = LONGEST_LINE_BYTES) -> None:
        self._stream = stream
        self._longest_bytes = longest_bytes
        self._number = 0
        self.name = str(getattr(stream, "name", "The input"))
        self.bytes_read = 0
        self.total_bytes = _file_size(stream)

    def __next__(self) -> Line:
        content = self._read()
        if not content:
            raise StopIteration
        self._number += 1
        if self._number == 1:
            content = self._without_mark(content)
        return Line(self._number, content, cut=self._skip_to_end(content))

    def _read(self) -> bytes:
        content = self._stream.readline(self._longest_bytes)
        self.bytes_read += len(content)
        return content

    def _without_mark(self, content: bytes) -> bytes:
        if content.startswith(_UTF16_MARKS):
            raise InputFileError(f"{self.name} is encoded in UTF-16; save it as UTF-8.")
        return content.removeprefix(codecs.BOM_UTF8)

    def _skip_to_end(self, content: bytes) -> bool:
        skipped = False
        while content and not content.endswith(b"\n"):
            content = self._read()
            skipped = skipped or bool(content)
        return skipped


def _file_size(stream: IO[bytes]) -> int | None:
    try:
        status = os.fstat(stream.fileno())
    except io.UnsupportedOperation:  # a stream in memory
        return None
    return status.st_size if stat.S_ISREG(status.st_mode) else None
