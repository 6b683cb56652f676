"""Closes connections gently, and those whose clients take nothing."""

import asyncio
import fcntl
import struct
import termios
from collections.abc import Callable

WRITE_SECONDS = 20.0
"""A connection that takes nothing of what is written to it for this long is closed."""


INFORMATIONAL = b"HTTP/1.1 1"
"""Start of ``100 Continue``, which uvicorn writes before a response."""


class CycleTransport(asyncio.Transport):
    """The transport as uvicorn's cycle of one request and response uses it.

    uvicorn writes a response's head and body one after the other, each of which would be a system
    call and a packet: the head waits for the first part of the body.
    """

    def __init__(
        self, transport: asyncio.Transport, close: Callable[[], None], *, has_body: bool
    ) -> None:
        """Wrap the transport of a connection.

        Args:
            transport: It is written to.
            close: Closes the connection in its place.
            has_body: Whether something, if only an empty body, is written after the head.
        """
        super().__init__()
        self._transport = transport
        self._close = close
        self._joins_head = has_body
        self._head = b""

    def write(self, data: bytes | bytearray | memoryview) -> None:
        """Write to the connection; the head of a response with what follows it."""
        if self._joins_head and not bytes(data).startswith(INFORMATIONAL):
            self._joins_head = False
            self._head = bytes(data)
            return
        self._transport.write(self._head + data)
        self._head = b""

    def is_closing(self) -> bool:
        """Whether the connection is closed or about to be."""
        return self._transport.is_closing()

    def close(self) -> None:
        """Close the connection once its client can have the response."""
        if self._head:  # its body failed
            self.write(b"")
        self._close()


class WriteWatch:
    """Closes a connection whose client takes nothing for a time."""

    def __init__(self, transport: asyncio.Transport, seconds: float) -> None:
        self._transport = transport
        self._loop = asyncio.get_running_loop()
        self._seconds = seconds
        self._timer: asyncio.TimerHandle | None = None
        self._taken_at = 0.0

    @property
    def seconds_since_taken(self) -> float:
        """How long the client has taken nothing, to a tenth of the limit; 0 if nothing waits."""
        return self._loop.time() - self._taken_at if self._timer else 0.0

    def start(self) -> None:
        """Watch until all that is queued has been taken."""
        if self._timer is None and (queued := self._count_queued()):
            self.note_taken()
            self._check_later(queued)

    def note_taken(self) -> None:
        """Note that the client has taken something."""
        self._taken_at = self._loop.time()

    def stop(self) -> None:
        """Watch no more."""
        if self._timer is not None:
            self._timer.cancel()

    def _check_later(self, queued: int) -> None:
        self._timer = self._loop.call_later(self._seconds / 10, self._check, queued)

    def _check(self, queued_before: int) -> None:
        queued = self._count_queued()
        if queued < queued_before:
            self.note_taken()
        if not queued:
            self._timer = None
        elif self.seconds_since_taken < self._seconds:
            self._check_later(queued)
        else:
            self._transport.abort()

    def _count_queued(self) -> int:
        """Count the bytes that the client has not taken, also of those that the kernel has.

        The kernel keeps up to some megabytes, which a slow client takes for a while before it takes
        more from here.
        """
        size = self._transport.get_write_buffer_size()
        if not size:
            return 0
        descriptor = self._transport.get_extra_info("socket").fileno()
        [in_kernel] = struct.unpack("i", fcntl.ioctl(descriptor, termios.TIOCOUTQ, b"\0" * 4))
        return size + int(in_kernel)
