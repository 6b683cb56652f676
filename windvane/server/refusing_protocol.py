"""Lets the application respond to what a connection refuses, and closes connections gently."""

import asyncio
from typing import Any

from uvicorn._types import ASGI3Application
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol, RequestResponseCycle

from windvane.api.problems import MalformedRequestError, ProblemError
from windvane.facts import MAX_BODY_BYTES
from windvane.server.asgi import BODY_SHARE, REFUSAL
from windvane.server.transports import CycleTransport

PROBE_SECONDS = 0.02
MOST_PROBE_SECONDS = 2.0
"""A client that will send no more gets ``100 Continue`` after so long, if it still waits, and again
after twice as long each time, up to this: one that is gone leaves the queue before its turn."""

MAX_DROPPED_BYTES = MAX_BODY_BYTES + 64 * 1024
"""This much of what follows a refused request is dropped, so that its client can read the response:
the largest body that is allowed."""

MAX_READ_AHEAD = 8
"""While fewer requests than these wait for an earlier one on their connection, it is read on, so
that a client that is gone is noticed."""

CONTINUE = b"HTTP/1.1 100 Continue\r\n\r\n"


class RefusingProtocol(HttpToolsProtocol):
    """uvicorn's HTTP/1.1 protocol, without responses of its own to malformed requests.

    A request that is refused reaches the application with the error in its state.
    """

    def __init__(self, *args: Any, **options: Any) -> None:  # noqa: ANN401 - uvicorn's
        """Start between two requests."""
        super().__init__(*args, **options)
        self._running: RequestResponseCycle | None = None  # `cycle` is the latest one
        self._probe: asyncio.TimerHandle | None = None
        self._probe_seconds = PROBE_SECONDS
        self._is_in_body = False
        self._is_deaf = False  # what is received is dropped
        self._dropped_bytes = 0
        self._is_ending = False  # the last response has been written
        self._has_ended = False  # the client sends no more

    def data_received(self, data: bytes) -> None:
        """Parse, unless the connection is about to be closed."""
        if not self._is_deaf:
            super().data_received(data)
            return
        self._dropped_bytes += len(data)
        if self._dropped_bytes > MAX_DROPPED_BYTES:
            self.transport.close()

    def on_headers_complete(self) -> None:
        """Begin the body."""
        super().on_headers_complete()
        self._is_in_body = True
        if 0 < len(self.pipeline) < MAX_READ_AHEAD:
            self.flow.resume_reading()  # uvicorn pauses for the first
        self.cycle.transport = self._wrap_transport(has_body=self.scope["method"] != "HEAD")

    def on_message_complete(self) -> None:
        """End the body."""
        self._is_in_body = False
        super().on_message_complete()

    def send_400_response(self, msg: str) -> None:
        """Refuse what uvicorn cannot parse."""
        self.refuse(MalformedRequestError("request", "HTTP/1.1"))

    def eof_received(self) -> bool:  # type: ignore[override] # asyncio allows it
        """Keep the connection until a client that sends no more has its responses."""
        cycle = self.cycle
        if cycle is None or cycle.response_complete or self._is_ending:
            return False
        if not self._can_half_close:
            return False
        if self._is_in_body and not self._is_deaf:
            self.refuse(MalformedRequestError("body", "complete"))
        self._is_deaf = self._has_ended = True
        cycle.keep_alive = False
        if self._probe is None:
            self._probe = self.loop.call_later(self._probe_seconds, self._probe_client)
        return True

    def connection_lost(self, exc: Exception | None) -> None:
        """Tell the request that runs, as uvicorn does if no other waits, and drop the others."""
        if self._probe is not None:
            self._probe.cancel()
        self._drop_pipeline()
        if self._running is not None:
            self._running.disconnected = True
            self._running.message_event.set()
        super().connection_lost(exc)

    def refuse(self, error: ProblemError) -> None:
        """Let the application respond with an error, after earlier requests; then close."""
        self._is_deaf = True
        if self._is_in_body and self.cycle.response_complete:  # it needed no body
            self.transport.close()
            return
        if not self._is_in_body:
            self._begin_refused_cycle()
        self.cycle.scope["state"][REFUSAL] = error
        self.cycle.keep_alive = False
        self.cycle.more_body = False
        self.cycle.message_event.set()

    def _start_asgi_task(self, cycle: RequestResponseCycle, app: ASGI3Application) -> None:
        self._running = cycle
        super()._start_asgi_task(cycle, app)

    def _begin_refused_cycle(self) -> None:
        """Begin the cycle of a request whose headers are not known."""
        waits = self.cycle is not None and not self.cycle.response_complete
        self.on_message_begin()
        path = {"path": "*", "raw_path": b"*", "query_string": b""}
        self.scope = {**self.scope, "method": "", **path}  # type: ignore[typeddict-item]
        self.cycle = RequestResponseCycle(
            scope=self.scope,
            transport=self._wrap_transport(has_body=True),
            flow=self.flow,
            logger=self.logger,
            access_logger=self.access_logger,
            access_log=self.access_log,
            default_headers=self.server_state.default_headers,
            message_event=asyncio.Event(),
            expect_100_continue=False,
            keep_alive=False,
            on_response=self.on_response_complete,
        )
        if waits:
            self.pipeline.appendleft((self.cycle, self.app))
        else:
            self._start_asgi_task(self.cycle, self.app)

    def _unsupported_upgrade_warning(self) -> None:
        """Respond to ``CONNECT`` as to another method, and close."""
        self._is_deaf = True
        self.cycle.keep_alive = False

    def _wrap_transport(self, *, has_body: bool) -> CycleTransport:
        return CycleTransport(self.transport, self._close_gently, has_body=has_body)

    def _close_gently(self) -> None:
        """Close when the client can have the response.

        To close a connection on which the client still sends would reset it. What it sends is
        dropped until uvicorn's keep-alive timeout, or `MAX_DROPPED_BYTES`.
        """
        self._is_ending = True
        self._drop_pipeline()
        if self.transport.is_closing():
            return
        if (self._is_in_body or self._is_deaf) and not self._has_ended:
            self._is_deaf = True
            if self._can_half_close:
                self._end_writing()
        else:
            self.transport.close()

    def _end_writing(self) -> None:
        try:
            self.transport.write_eof()
        except OSError:  # asyncio raises it where the client is gone
            self.transport.abort()

    @property
    def _can_half_close(self) -> bool:
        """Whether one side may end and the other go on, as in TCP but not in TLS."""
        return self.transport.can_write_eof()

    def _drop_pipeline(self) -> None:
        while self.pipeline:
            cycle, _ = self.pipeline.pop()
            cycle.scope["state"][BODY_SHARE].drop()

    def _probe_client(self) -> None:
        """Write to a client that sends no more: if it is gone, the second write fails.

        Its end of the stream looks the same whether it has only shut down its side, or closed.
        """
        running = self._running
        is_told = (
            running and not running.response_started and running.scope["http_version"] != "1.0"
        )
        if is_told and not self.transport.get_write_buffer_size():  # else `WriteWatch` watches it
            self.transport.write(CONTINUE)
        if not self.cycle.response_complete:
            self._probe_seconds = min(2 * self._probe_seconds, MOST_PROBE_SECONDS)
            self._probe = self.loop.call_later(self._probe_seconds, self._probe_client)
