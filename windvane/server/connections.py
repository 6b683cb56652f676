"""Limits the number of connections and the time for request headers."""

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


class BoundedProtocol(HttpToolsProtocol):
    """uvicorn's HTTP/1.1 protocol with limits.

    The first request of a connection over the limit is refused.
    """

    max_connections = MAX_CONNECTIONS
    header_seconds = HEADER_SECONDS

    def __init__(self, *args: Any, **options: Any) -> None:  # noqa: ANN401 - uvicorn's
        """Start without a deadline."""
        super().__init__(*args, **options)
        self._deadline: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override] # as uvicorn's
        """Set the deadline of the first request."""
        super().connection_made(transport)
        if len(self.connections) > self.max_connections:
            self.app_state = {**self.app_state, OVER_LIMIT: True}
        self._set_deadline()

    def data_received(self, data: bytes) -> None:
        """Set a deadline if the headers are not complete."""
        super().data_received(data)
        if self._deadline is None and (self.cycle is None or self.cycle.response_complete):
            self._set_deadline()

    def on_headers_complete(self) -> None:
        """Cancel the deadline."""
        self._cancel_deadline()
        super().on_headers_complete()

    def connection_lost(self, exc: Exception | None) -> None:
        """Cancel the deadline."""
        self._cancel_deadline()
        super().connection_lost(exc)

    def _set_deadline(self) -> None:
        over_limit = self.app_state.get(OVER_LIMIT)
        seconds = OVER_LIMIT_SECONDS if over_limit else self.header_seconds
        self._deadline = self.loop.call_later(seconds, self.transport.close)

    def _cancel_deadline(self) -> None:
        if self._deadline is not None:
            self._deadline.cancel()
            self._deadline = None
