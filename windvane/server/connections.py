"""Limits the number of connections, and the size and time of request headers."""

import asyncio
from typing import Any

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from windvane.server.asgi import OVER_LIMIT

MAX_CONNECTIONS = 512
"""Maximum number of open connections. The usual limit of open files is 1,024 a process."""

HEADER_SECONDS = 20.0
"""Time limit for headers, from the first byte of a connection or of its next request. uvicorn
itself has none."""

OVER_LIMIT_SECONDS = 5.0
"""The same time limit for a connection over the limit."""


MAX_HEADERS = 100
"""Maximum number of headers, trailers included."""

MAX_HEADER_BYTES = 64 * 1024
"""Maximum size of URL, headers and trailers together."""

LINGER_SECONDS = 5.0
"""For this long, what a client still sends after a 431 is dropped. To close at once would reset the
connection, and the client could miss the response."""

WRITE_SECONDS = 20.0
"""A connection that takes nothing of what is written to it for this long is closed."""

MAX_PIPELINED = 32
"""Maximum number of requests that wait for the response to an earlier one on their connection."""

HEADERS_TOO_LARGE = "The headers are too many or too large."


class HeadersTooLargeError(Exception):
    """URL, headers and trailers exceed a limit."""


class TooManyPipelinedError(Exception):
    """Too many requests wait on one connection."""


class BoundedProtocol(HttpToolsProtocol):
    """uvicorn's HTTP/1.1 protocol with limits.

    The first request of a connection over the limit is refused.
    """

    max_connections = MAX_CONNECTIONS
    header_seconds = HEADER_SECONDS
    write_seconds = WRITE_SECONDS

    def __init__(self, *args: Any, **options: Any) -> None:  # noqa: ANN401 - uvicorn's
        """Start without a deadline."""
        super().__init__(*args, **options)
        self._deadline: asyncio.TimerHandle | None = None
        self._write_check: asyncio.TimerHandle | None = None
        self._has_taken = False
        self._is_in_head = True
        self._is_refused = False
        self._header_count = 0
        self._header_bytes = 0
        self._undecided_bytes = 0  # received since the parser last gave a part of a body

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override] # as uvicorn's
        """Set the deadline of the first request."""
        super().connection_made(transport)
        if len(self.connections) > self.max_connections:
            self.app_state = {**self.app_state, OVER_LIMIT: True}
        self._set_deadline()

    def data_received(self, data: bytes) -> None:
        """Set a deadline if the headers are not complete."""
        if self._is_refused:
            return
        if self._undecided_bytes > MAX_HEADER_BYTES:
            self._refuse_headers()
            return
        self._undecided_bytes += len(data)
        super().data_received(data)
        if self._deadline is None and (self.cycle is None or self.cycle.response_complete):
            self._set_deadline()

    def on_message_begin(self) -> None:
        """Begin to count."""
        self._is_in_head = True
        self._header_count = self._header_bytes = 0
        super().on_message_begin()

    def on_url(self, url: bytes) -> None:
        """Count a part of the URL."""
        self._count_header_bytes(len(url))
        super().on_url(url)

    def on_header(self, name: bytes, value: bytes) -> None:
        """Count a header or trailer. Trailers are ignored, as RFC 9110 (6.5.1) allows."""
        self._header_count += 1
        self._count_header_bytes(len(name) + len(value) + len(": \r\n"))
        if self._is_in_head:
            super().on_header(name, value)

    def on_body(self, body: bytes) -> None:
        """Note that what came was no header."""
        self._undecided_bytes = 0
        super().on_body(body)

    def on_message_complete(self) -> None:
        """Note that what comes belongs to the next request."""
        self._undecided_bytes = 0
        super().on_message_complete()

    def send_400_response(self, msg: str) -> None:
        """Send a 431 instead if headers exceeded a limit."""
        if self._is_over_header_limit:
            self._refuse_headers()
        elif not self.transport.is_closing():
            super().send_400_response(msg)

    def on_headers_complete(self) -> None:
        """Cancel the deadline."""
        self._is_in_head = False
        self._cancel_deadline()
        if len(self.pipeline) >= MAX_PIPELINED:
            self.transport.close()
            raise TooManyPipelinedError
        super().on_headers_complete()

    def pause_writing(self) -> None:
        """Watch a connection that takes less than is written to it."""
        super().pause_writing()
        self._watch_writing()

    def resume_writing(self) -> None:
        """Note that the client has taken something."""
        super().resume_writing()
        self._has_taken = True

    def on_response_complete(self) -> None:
        """Watch the rest of a response, on a connection that is being closed too."""
        super().on_response_complete()
        self._watch_writing()

    def connection_lost(self, exc: Exception | None) -> None:
        """Cancel the timers."""
        self._cancel_deadline()
        if self._write_check is not None:
            self._write_check.cancel()
        super().connection_lost(exc)

    def _set_deadline(self) -> None:
        over_limit = self.app_state.get(OVER_LIMIT)
        seconds = OVER_LIMIT_SECONDS if over_limit else self.header_seconds
        self._deadline = self.loop.call_later(seconds, self.transport.close)

    def _cancel_deadline(self) -> None:
        if self._deadline is not None:
            self._deadline.cancel()
            self._deadline = None

    def _watch_writing(self) -> None:
        if self._write_check is None:
            self._check_writing_later()

    def _check_writing_later(self) -> None:
        self._has_taken = False
        size = self.transport.get_write_buffer_size()
        self._write_check = (
            self.loop.call_later(self.write_seconds, self._check_writing, size) if size else None
        )

    def _check_writing(self, size_before: int) -> None:
        if not self._has_taken and self.transport.get_write_buffer_size() == size_before:
            self.transport.abort()
        else:
            self._check_writing_later()

    @property
    def _is_over_header_limit(self) -> bool:
        return self._header_count > MAX_HEADERS or self._header_bytes > MAX_HEADER_BYTES

    def _count_header_bytes(self, size: int) -> None:
        self._header_bytes += size
        if self._is_over_header_limit:
            raise HeadersTooLargeError  # the parser stops, and uvicorn sends its 400

    def _refuse_headers(self) -> None:
        self._is_refused = True
        self._cancel_deadline()
        if self.cycle is not None and not self.cycle.response_complete:
            self.cycle.disconnected = True
            self.cycle.message_event.set()
            if self.cycle.response_started:
                self.transport.close()
                return
        self.transport.write(
            b"HTTP/1.1 431 Request Header Fields Too Large\r\n"
            b"content-type: text/plain; charset=utf-8\r\nconnection: close\r\n"
            b"content-length: %d\r\n\r\n%s" % (len(HEADERS_TOO_LARGE), HEADERS_TOO_LARGE.encode())
        )
        self.transport.write_eof()
        self._deadline = self.loop.call_later(LINGER_SECONDS, self.transport.close)
