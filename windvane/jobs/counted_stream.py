"""A stream that counts what is written to it."""

from typing import Protocol


class ByteSink(Protocol):
    """Anything that bytes can be written to, such as an open file."""

    def write(self, content: bytes, /) -> int:
        """Write the bytes."""


class CountedStream:
    """Counts what is written.

    Attributes:
        size: In bytes.
    """

    closed = False

    def __init__(self, stream: ByteSink) -> None:
        self._stream = stream
        self.size = 0

    def write(self, content: bytes, /) -> int:
        """Write, and count."""
        self._stream.write(content)
        self.size += len(content)
        return len(content)

    def tell(self) -> int:
        """Return what was written so far, in bytes."""
        return self.size

    def flush(self) -> None:
        """Leave the stream alone."""

    def close(self) -> None:
        """Leave the stream to whoever opened it."""
