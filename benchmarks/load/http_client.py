"""A small HTTP/1.1 client: a measured server should not share its cores with a large one."""

import asyncio
import time
from collections.abc import Mapping
from dataclasses import dataclass, field

HOST = "127.0.0.1"
TIMEOUT_SECONDS = 60.0
KEPT_SECONDS = 2.0
"""A connection that has been idle for longer is not used again: servers close them after a while,
uvicorn after 5 s, and a request that meets the closing is lost."""


@dataclass(frozen=True)
class Reply:
    """What a server answered; header names are in lower case."""

    status: int
    headers: Mapping[str, str]
    body: bytes = field(repr=False)


class HttpConnection:
    """One connection to loopback, kept from request to request."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Keep both directions."""
        self._reader = reader
        self._writer = writer

    @classmethod
    async def open(cls, port: int) -> "HttpConnection":
        """Connect.

        Raises:
            OSError: The server does not take the connection.
        """
        return cls(*await asyncio.open_connection(HOST, port))

    async def get(self, path: str) -> Reply:
        """Get a path.

        Raises:
            OSError: The server did not answer.
        """
        return await self._ask(f"GET {path} HTTP/1.1\r\nhost: {HOST}\r\n\r\n".encode())

    async def post(self, path: str, body: bytes) -> Reply:
        """Post JSON.

        Raises:
            OSError: The server did not answer.
        """
        head = (
            f"POST {path} HTTP/1.1\r\nhost: {HOST}\r\ncontent-type: application/json\r\n"
            f"content-length: {len(body)}\r\n\r\n"
        )
        return await self._ask(head.encode() + body)

    def close(self) -> None:
        """Close it."""
        self._writer.close()

    async def _ask(self, request: bytes) -> Reply:
        self._writer.write(request)
        try:
            async with asyncio.timeout(TIMEOUT_SECONDS):
                return await self._read()
        except asyncio.IncompleteReadError as error:
            raise ConnectionResetError(f"the answer ended after {error.partial!r}") from error

    async def _read(self) -> Reply:
        head = (await self._reader.readuntil(b"\r\n\r\n")).decode("latin-1")
        status, *lines = head.rstrip().split("\r\n")
        headers = {
            name.lower(): value.strip()
            for name, _, value in (line.partition(":") for line in lines)
        }
        body = await self._reader.readexactly(int(headers.get("content-length", 0)))
        return Reply(int(status.split(" ")[1]), headers, body)


class HttpPool:
    """Connections to one server: as many as there are requests under way, and kept for the next."""

    def __init__(self, port: int, kept_seconds: float = KEPT_SECONDS) -> None:
        """Begin with none."""
        self._port = port
        self._kept_seconds = kept_seconds
        self._idle: list[tuple[HttpConnection, float]] = []

    async def post(self, path: str, body: bytes) -> Reply:
        """Post JSON on a connection that is free, or on a new one.

        Raises:
            OSError: The server did not answer.
        """
        connection = self._take_idle() or await HttpConnection.open(self._port)
        try:
            reply = await connection.post(path, body)
        except OSError:
            connection.close()
            raise
        if reply.headers.get("connection") == "close":
            connection.close()
        else:
            self._idle.append((connection, time.perf_counter()))
        return reply

    def close(self) -> None:
        """Close them all."""
        for connection, _ in self._idle:
            connection.close()
        self._idle.clear()

    def _take_idle(self) -> HttpConnection | None:
        """Take the one that was used last; where that is too old, so are all the others."""
        if self._idle and self._idle[-1][1] < time.perf_counter() - self._kept_seconds:
            self.close()
        return self._idle.pop()[0] if self._idle else None
