"""Connections that send no request, or come in too great a number."""

import asyncio
from typing import Any

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from windvane.server.asgi import OVER_LIMIT

MAX_CONNECTIONS = 512
"""Open at once. A process may often have 1,024 files, and each connection is one."""

HEADER_SECONDS = 20.0
"""From the first byte of a connection, or of its next request, to the end of the headers.
uvicorn itself would wait for ever."""

OVER_LIMIT_SECONDS = 5.0
"""Likewise, for a connection that is one too many."""


class BoundedProtocol(HttpToolsProtocol):
    """uvicorn's HTTP/1.1, for so many connections, each of which must ask or go.

    One that is over the limit has its first request refused.
    """

    max_connections = MAX_CONNECTIONS
    header_seconds = HEADER_SECONDS

    def __init__(self, *args: Any, **options: Any) -> None:  # noqa: ANN401 - uvicorn's
        """Begin without a deadline."""
        super().__init__(*args, **options)
        self._deadline: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override] # as uvicorn's
        """Expect the first request."""
        super().connection_made(transport)
        if len(self.connections) > self.max_connections:
            self.app_state = {**self.app_state, OVER_LIMIT: True}
        self._expect_headers()

    def data_received(self, data: bytes) -> None:
        """Expect the rest of the headers, if these are not all of them."""
        super().data_received(data)
        if self._deadline is None and (self.cycle is None or self.cycle.response_complete):
            self._expect_headers()

    def on_headers_complete(self) -> None:
        """Let the request begin."""
        self._forget_deadline()
        super().on_headers_complete()

    def connection_lost(self, exc: Exception | None) -> None:
        """Expect nothing more."""
        self._forget_deadline()
        super().connection_lost(exc)

    def _expect_headers(self) -> None:
        over_limit = self.app_state.get(OVER_LIMIT)
        seconds = OVER_LIMIT_SECONDS if over_limit else self.header_seconds
        self._deadline = self.loop.call_later(seconds, self.transport.close)

    def _forget_deadline(self) -> None:
        if self._deadline is not None:
            self._deadline.cancel()
            self._deadline = None
