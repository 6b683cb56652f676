"""A range of an object as a stream: fetched block by block, and able to be sought in."""

import io
from collections.abc import Callable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

FIRST_BLOCK_BYTES = 2**19
LARGEST_BLOCK_BYTES = 8 * 2**20
"""How much is fetched at once: whoever classifies reads slowly, and S3 closes idle connections."""
_GROWTH = 4
_BUFFER_BYTES = 2**16

Fetch = Callable[[int, int], bytes]
"""Returns the bytes of the object from the first offset to before the second."""


class RangeStream(io.RawIOBase):
    """The bytes of an object from ``start`` to before ``end``, whose position begins at 0.

    Attributes:
        name: The object's location, for messages.
    """

    def __init__(self, name: str, fetch: Fetch, start: int, end: int) -> None:
        self.name = name
        self._fetch = fetch
        self._start = start
        self._size = max(0, end - start)
        self._position = 0
        self._block = b""
        self._block_start = 0
        self._block_bytes = FIRST_BLOCK_BYTES

    def readable(self) -> bool:
        """Tell the buffer that it can read."""
        return True

    def seekable(self) -> bool:
        """Tell that the position can be set."""
        return True

    def seek(self, offset: int, whence: int = io.SEEK_SET, /) -> int:
        """Set the position; what is fetched already is kept."""
        origin = {io.SEEK_SET: 0, io.SEEK_CUR: self._position, io.SEEK_END: self._size}[whence]
        self._position = max(0, origin + offset)
        return self._position

    def tell(self) -> int:
        """Return the position."""
        return self._position

    def readinto(self, target: "WriteableBuffer") -> int:
        """Fill the buffer with what is left of the block, or of the next."""
        view = memoryview(target).cast("B")
        at = self._position - self._block_start
        if not 0 <= at < len(self._block):
            self._fetch_block()
            at = 0
        content = self._block[at : at + len(view)]
        view[: len(content)] = content
        self._position += len(content)
        return len(content)

    def _fetch_block(self) -> None:
        end = min(self._position + self._block_bytes, self._size)
        self._block_bytes = min(self._block_bytes * _GROWTH, LARGEST_BLOCK_BYTES)
        self._block_start = self._position
        self._block = b""  # not two at once
        if self._position < end:
            self._block = self._fetch(self._start + self._position, self._start + end)


def open_range(name: str, fetch: Fetch, start: int, end: int) -> io.BufferedReader:
    """Open a range of an object as a stream that reads lines."""
    return io.BufferedReader(RangeStream(name, fetch, start, end), _BUFFER_BYTES)
