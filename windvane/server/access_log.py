"""One line of JSON on stdout for each request, without texts, queries and keys."""

import ipaddress
import logging
import re
import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import TextIO

import msgspec

from windvane.api.caller import current_caller
from windvane.api.request_trace import RequestTrace, current_trace
from windvane.api.route import Route
from windvane.api.routing import RouteTable
from windvane.server.asgi import AsgiApp, Message, Receive, Scope, Send

PLAIN_PATH = re.compile(r"[A-Za-z0-9_.:/-]{1,256}")
"""Paths that are written as they were sent: what else a client puts there may be a text."""

OTHER = "other"
"""Stands for the path of a request that no route has, and for what is no method."""

SERVER_LOGGER = logging.getLogger("uvicorn.error")
"""It writes to stderr: the service's own logger shares stdout with the access log."""

METHOD = re.compile(r"[A-Z]{1,16}")


class AccessLine(msgspec.Struct, frozen=True, kw_only=True):
    """What is written about a request.

    Attributes:
        timestamp: When the response was complete, in UTC.
        method: HTTP method.
        path: Path without the query; the route's template where it is not a plain one, and
            `OTHER` where no route has it.
        status: HTTP status; None if the client was gone before the response.
        duration_ms: From the request's headers to the end of the response.
        response_bytes: Bytes of the response's body that were sent.
        correlation_id: As in the response, and in all other log lines of the request.
        client: Name of the client whose API key was sent.
        address: The client's IP address.
        worker: Number of the process that served the request; None if there is one only.
    """

    timestamp: str
    message: str = "request"
    method: str
    path: str
    status: int | None
    duration_ms: float
    response_bytes: int
    correlation_id: str
    client: str | None
    address: str | None
    worker: int | None = None


class AccessLog:
    """Serves an application, and writes a line when a response is complete or its client gone."""

    def __init__(
        self,
        app: AsgiApp,
        routes: Sequence[Route],
        worker: int | None = None,
        stream: TextIO | None = None,
    ) -> None:
        """Wrap an application.

        Args:
            app: The application.
            routes: Its routes, whose paths may be written.
            worker: Number of this process among the workers.
            stream: Takes the lines; None for stdout.
        """
        self._app = app
        self._table = RouteTable(routes)
        self._worker = worker
        self._stream = stream or sys.stdout
        self._encode = msgspec.json.Encoder().encode
        self._is_broken = False

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Respond to one request."""
        status: int | None = None
        size = 0

        async def note_and_send(message: Message) -> None:
            nonlocal status, size
            await send(message)
            status = message.get("status", status)
            size += len(message.get("body", b""))

        await self._app(scope, receive, note_and_send)
        if trace := current_trace():
            self._write(scope, status, size, trace)

    def _write(self, scope: Scope, status: int | None, size: int, trace: RequestTrace) -> None:
        line = AccessLine(
            timestamp=datetime.now(UTC).isoformat(timespec="milliseconds"),
            method=scope["method"] if METHOD.fullmatch(scope["method"]) else OTHER,
            path=self._to_shown_path(scope["method"], scope["path"]),
            status=status,
            duration_ms=round(trace.seconds * 1e3, 2),
            response_bytes=size,
            correlation_id=trace.correlation_id,
            client=current_caller().client,
            address=_read_address(scope),
            worker=self._worker,
        )
        self._append(f"{self._encode(line).decode()}\n")

    def _append(self, line: str) -> None:
        """Write a line in one piece, so that the lines of several workers do not mix.

        Where it cannot be written (the disk is full, or nobody reads any more) it is dropped.
        """
        fault = None
        try:
            self._stream.write(line)
            self._stream.flush()
        except OSError as error:
            fault = error.strerror
        if fault and not self._is_broken:
            SERVER_LOGGER.error("The access log cannot be written: %s.", fault)
        self._is_broken = fault is not None

    def _to_shown_path(self, method: str, path: str) -> str:
        route = self._table.match(method, path) or next(iter(self._table.find(path)), None)
        if route is None:
            return OTHER
        return path if PLAIN_PATH.fullmatch(path) else route.path


def _read_address(scope: Scope) -> str | None:
    """Read the address, which is whatever a trusted proxy wrote into ``X-Forwarded-For``.

    The zone of an IPv6 address may be any text, and is left out.
    """
    host = (scope.get("client") or ("",))[0]
    try:
        return str(ipaddress.ip_address(host.partition("%")[0]))
    except ValueError:
        return None
