"""Limits the connections, the size and time of their headers, and the bodies they hold."""

import asyncio
from typing import Any

from windvane.api.problems import HeadersTooLargeError, OverloadedError, ProblemError
from windvane.server.asgi import BODY_SHARE, REFUSAL
from windvane.server.body_budget import BodyBudget, BodyShare
from windvane.server.refusing_protocol import RefusingProtocol
from windvane.server.transports import WRITE_SECONDS, WriteWatch

MAX_CONNECTIONS = 512
"""Maximum number of open connections. The usual limit of open files is 1,024 a process."""

HEADER_SECONDS = 20.0
"""Time limit for headers, from the first byte of a connection or of its next request. uvicorn
itself has none."""

OVER_LIMIT_SECONDS = 5.0
"""The same time limit for a connection over the limit."""

STALLED_SECONDS = 2.0
"""A connection over the limit takes the place of one whose client makes no progress for this long,
although the server waits for it, or else of one that is kept for a next request."""

FAREWELL_SECONDS = 1.0
"""How long a client of TLS has to close its side of an idle connection. It is 30 s by default, in
which the connection counts."""

PROGRESS_BYTES = 1024
"""A smaller part of a body is no progress."""

MAX_HEADERS = 100
"""Maximum number of headers, trailers included."""

MAX_HEADER_BYTES = 64 * 1024
"""Maximum size of URL, headers and trailers together."""

MAX_PIPELINED = 32
"""Maximum number of requests that wait for the response to an earlier one on their connection."""


class BoundedProtocol(RefusingProtocol):
    """HTTP/1.1 with limits on connections, headers, bodies and time."""

    max_connections = MAX_CONNECTIONS
    header_seconds = HEADER_SECONDS
    stalled_seconds = STALLED_SECONDS
    write_seconds = WRITE_SECONDS
    bodies = BodyBudget()

    def __init__(self, *args: Any, **options: Any) -> None:  # noqa: ANN401 - uvicorn's
        """Start without a deadline."""
        super().__init__(*args, **options)
        self._deadline: asyncio.TimerHandle | None = None
        self._progressed_at = self.loop.time()
        self._is_over_limit = False
        self._header_count = 0
        self._header_bytes = 0
        self._undecided_bytes = 0  # received since the parser last gave a part of a body

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override] # as uvicorn's
        """Set the deadline of the first request."""
        super().connection_made(transport)
        self._write_watch = WriteWatch(transport, self.write_seconds)
        if len(self.connections) > self.max_connections:
            self._is_over_limit = not self._replace_stalled()
        self._set_deadline()

    def data_received(self, data: bytes) -> None:
        """Set a deadline if the headers are not complete."""
        if self._undecided_bytes > MAX_HEADER_BYTES and not self._is_deaf:
            self.refuse(self._headers_too_large())
        self._undecided_bytes += len(data)
        super().data_received(data)
        if self._is_deaf:
            return
        if self._deadline is None and (self.cycle is None or self.cycle.response_complete):
            self._set_deadline()

    def on_message_begin(self) -> None:
        """Begin to count."""
        self._header_count = self._header_bytes = 0
        super().on_message_begin()
        self.scope["state"][BODY_SHARE] = BodyShare(self.bodies)
        if self._is_over_limit:
            self.scope["state"][REFUSAL] = OverloadedError()

    def on_url(self, url: bytes) -> None:
        """Count a part of the URL."""
        self._count_header_bytes(len(url))
        super().on_url(url)

    def on_header(self, name: bytes, value: bytes) -> None:
        """Count a header or trailer. Trailers are ignored, as RFC 9110 (6.5.1) allows."""
        self._header_count += 1
        self._count_header_bytes(len(name) + len(value) + len(": \r\n"))
        if not self._is_in_body:
            super().on_header(name, value)

    def on_headers_complete(self) -> None:
        """Cancel the deadline."""
        if len(self.pipeline) >= MAX_PIPELINED:
            raise OverloadedError
        super().on_headers_complete()
        self._cancel_deadline()
        self._progressed_at = self.loop.time()

    def on_body(self, body: bytes) -> None:
        """Count a part of a body, or drop it."""
        self._undecided_bytes = 0
        if len(body) >= PROGRESS_BYTES:
            self._progressed_at = self.loop.time()
        state = self.scope["state"]
        if not state[BODY_SHARE].take(len(body)):
            state[REFUSAL] = OverloadedError()
        super().on_body(b"" if REFUSAL in state else body)

    def on_message_complete(self) -> None:
        """Note that what comes belongs to the next request."""
        self._undecided_bytes = 0
        super().on_message_complete()

    def send_400_response(self, msg: str) -> None:
        """Refuse what a limit has stopped, or uvicorn cannot parse."""
        if self._is_over_header_limit:
            self.refuse(self._headers_too_large())
        elif len(self.pipeline) >= MAX_PIPELINED:
            self.refuse(OverloadedError())
        else:
            super().send_400_response(msg)

    def pause_writing(self) -> None:
        """Watch a connection that takes less than is written to it."""
        super().pause_writing()
        self._write_watch.start()

    def resume_writing(self) -> None:
        """Note that the client has taken something."""
        super().resume_writing()
        self._progressed_at = self.loop.time()
        self._write_watch.note_taken()

    def on_response_complete(self) -> None:
        """Watch the rest of a response, on a connection that is being closed too."""
        super().on_response_complete()
        self._progressed_at = self.loop.time()
        self._write_watch.start()

    def timeout_keep_alive_handler(self) -> None:
        """Close a connection that has been idle for too long."""
        self._close_idle()

    def shutdown(self) -> None:
        """Close the connection, at once if it is idle."""
        super().shutdown()
        if self.transport.is_closing():
            self._close_idle()

    def connection_lost(self, exc: Exception | None) -> None:
        """Cancel the timers."""
        self._cancel_deadline()
        self._write_watch.stop()
        super().connection_lost(exc)

    def _close_idle(self) -> None:
        """Close, and wait only briefly for a client that should close its side of TLS."""
        self.transport.close()
        self.loop.call_later(FAREWELL_SECONDS, self._abort_if_flushed)

    def _abort_if_flushed(self) -> None:
        if not self.transport.get_write_buffer_size():
            self.transport.abort()

    def _replace_stalled(self) -> bool:
        """Close the connection that has stalled longest, or else has been idle longest, if any."""
        others = (each for each in self.connections if isinstance(each, BoundedProtocol))
        replaceable = [each for each in others if each._is_stalled or each._idles]
        if not replaceable:
            return False
        replaced = min(replaceable, key=lambda each: (each._idles, each._progressed_at))
        if replaced._idles:
            replaced._close_idle()
        else:
            replaced.transport.abort()
        return True

    @property
    def _is_stalled(self) -> bool:
        """Whether the client lets the server wait, which reads what it sends, or writes to it."""
        is_in_head = self._deadline is not None
        is_in_body = self._is_in_body and not self.cycle.waiting_for_100_continue
        awaits_rest = (is_in_head or is_in_body) and not self.flow.read_paused
        takes_nothing = self._write_watch.seconds_since_taken >= self.stalled_seconds
        awaits_reader = self.flow.write_paused and takes_nothing
        return (awaits_rest or awaits_reader) and self._is_without_progress

    @property
    def _idles(self) -> bool:
        """Whether the client has its response, and has not asked again."""
        return self.timeout_keep_alive_task is not None and self._is_without_progress

    @property
    def _is_without_progress(self) -> bool:
        seconds = self.loop.time() - self._progressed_at
        return seconds >= self.stalled_seconds and not self.transport.is_closing()

    def _set_deadline(self) -> None:
        seconds = OVER_LIMIT_SECONDS if self._is_over_limit else self.header_seconds
        self._progressed_at = self.loop.time()
        self._deadline = self.loop.call_later(seconds, self.transport.close)

    def _cancel_deadline(self) -> None:
        if self._deadline is not None:
            self._deadline.cancel()
            self._deadline = None

    @property
    def _is_over_header_limit(self) -> bool:
        return self._header_count > MAX_HEADERS or self._header_bytes > MAX_HEADER_BYTES

    def _headers_too_large(self) -> HeadersTooLargeError:
        rule = f"at most {MAX_HEADERS}, and {MAX_HEADER_BYTES} bytes with the URL"
        return HeadersTooLargeError("headers", rule)

    def _count_header_bytes(self, size: int) -> None:
        self._header_bytes += size
        if self._is_over_header_limit:
            raise self._headers_too_large()  # the parser stops, and uvicorn sends its 400

    def refuse(self, error: ProblemError) -> None:
        """Cancel the deadline."""
        self._cancel_deadline()
        super().refuse(error)
