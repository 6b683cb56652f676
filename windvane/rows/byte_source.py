"""The bytes of a file in chunks: counted, unpacked, and with a sample of the first of them."""

import gzip
import io
import os
import stat
import sys
import zlib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from itertools import chain
from pathlib import Path
from typing import IO, TYPE_CHECKING

from windvane.rows.errors import InputFileError

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

SAMPLE_BYTES = 2**18
"""How much of a file is looked at to find out what it is."""
UNNAMED = "The input"
GZIP_MAGIC = b"\x1f\x8b"
_CHUNK_BYTES = 2**16
_PIPED_LINES = 256


@contextmanager
def open_input(path: str) -> Iterator[IO[bytes]]:
    """Open a file, or stdin (``-``), which stays open."""
    if path == "-":
        yield sys.stdin.buffer
    else:
        with Path(path).open("rb") as stream:
            yield stream


class ByteSource(Iterator[bytes]):
    """The chunks of a file, unpacked if they are packed with gzip.

    Attributes:
        name: Name of the file, for messages.
        stream: The file.
        bytes_read: Position in the file.
        total_bytes: Size of the file; None for a pipe.
        is_packed: Whether the file is packed with gzip.
        sample: The first unpacked bytes, `SAMPLE_BYTES` or a little more. A pipe is not waited for
            longer than for the lines of a batch.
        is_whole_sample: Whether the sample is all there is, as far as is known.
    """

    def __init__(self, stream: IO[bytes]) -> None:
        """Read the sample.

        Raises:
            InputFileError: What is packed cannot be unpacked.
            OSError: The file cannot be read.
        """
        self.name = str(getattr(stream, "name", UNNAMED))
        self.stream = stream
        self.bytes_read = 0
        self.total_bytes = _find_size(stream)
        self._chunks = self._read()
        self.sample = self._take_sample()
        self.is_packed = self.sample.startswith(GZIP_MAGIC)
        if self.is_packed:
            self._chunks = _unpack(self._chunks, self.name)
            self.sample = self._take_sample()

    def __next__(self) -> bytes:
        return next(self._chunks)

    def _read(self) -> Iterator[bytes]:
        read = getattr(self.stream, "read1", self.stream.read)  # does not wait to fill a chunk
        while chunk := read(_CHUNK_BYTES):
            self.bytes_read += len(chunk)
            yield chunk

    def _take_sample(self) -> bytes:
        taken: list[bytes] = []
        size = lines = 0
        self.is_whole_sample = True
        for chunk in self._chunks:
            taken.append(chunk)
            size += len(chunk)
            lines += chunk.count(b"\n")
            if size >= SAMPLE_BYTES or (self.total_bytes is None and lines >= _PIPED_LINES):
                self.is_whole_sample = False
                break
        self._chunks = chain(taken, self._chunks)
        return b"".join(taken)


class ChunkStream(io.RawIOBase):
    """A stream of chunks, to be read through a buffer."""

    def __init__(self, chunks: Iterable[bytes]) -> None:
        self._chunks = iter(chunks)
        self._rest = memoryview(b"")

    def readable(self) -> bool:
        """Tell the buffer that it can read."""
        return True

    def readinto(self, target: "WriteableBuffer") -> int:
        """Fill the buffer with what is left of the chunk, or with the next."""
        view = memoryview(target).cast("B")
        while not self._rest:
            chunk = next(self._chunks, None)
            if chunk is None:
                return 0
            self._rest = memoryview(chunk)
        size = min(len(view), len(self._rest))
        view[:size] = self._rest[:size]
        self._rest = self._rest[size:]
        return size


def buffer_chunks(chunks: Iterable[bytes]) -> io.BufferedReader:
    """Build a stream of chunks that reads lines."""
    return io.BufferedReader(ChunkStream(chunks), _CHUNK_BYTES)


def _unpack(chunks: Iterator[bytes], name: str) -> Iterator[bytes]:
    """Unpack gzip chunk by chunk, so that memory does not grow with what is inside."""
    unpacked = gzip.GzipFile(fileobj=buffer_chunks(chunks))
    try:
        while chunk := unpacked.read1(_CHUNK_BYTES):
            yield chunk
    except (gzip.BadGzipFile, EOFError, zlib.error) as error:
        raise InputFileError(f"{name} is damaged or cut off: gzip cannot unpack it.") from error


def _find_size(stream: IO[bytes]) -> int | None:
    try:
        status = os.fstat(stream.fileno())
    except io.UnsupportedOperation:  # a stream in memory
        return None
    return status.st_size if stat.S_ISREG(status.st_mode) else None
