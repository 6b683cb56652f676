"""Connections that do not read what is written to them."""

import asyncio
import socket
from collections.abc import Iterable
from itertools import chain, repeat

import pytest

from tests.windvane.server.asgi_server import OpenProtocol, serve_app
from windvane.server.asgi import PIECE_BYTES, AsgiResponse, Receive, Scope, Send, send_response
from windvane.server.connections import MAX_PIPELINED

REQUEST = b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n"
CLOSING = b"GET / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"
LARGE = b"x" * 32 * 1024 * 1024
SECONDS = 20


class HastyProtocol(OpenProtocol):
    """Gives up early, and notes how much it has queued."""

    write_seconds = 0.3
    largest_queue = 0

    def pause_writing(self) -> None:
        size = self.transport.get_write_buffer_size()
        type(self).largest_queue = max(self.largest_queue, size)
        super().pause_writing()


async def _send_large(scope: Scope, receive: Receive, send: Send) -> None:
    await send_response(send, AsgiResponse(200, [], LARGE), [])


async def _until_closed() -> None:
    async with asyncio.timeout(SECONDS):
        while HastyProtocol.open:
            await asyncio.sleep(0.01)


async def _connect(port: int, buffer_bytes: int = 4096) -> socket.socket:
    connection = socket.socket()
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, buffer_bytes)
    connection.setblocking(False)
    await asyncio.get_running_loop().sock_connect(connection, ("127.0.0.1", port))
    return connection


@pytest.mark.parametrize("request_bytes", [REQUEST * 4, CLOSING], ids=["pipelined", "closing"])
def test_connection_that_takes_nothing_is_closed(request_bytes: bytes) -> None:
    async def take_nothing() -> None:
        async with serve_app(_send_large, HastyProtocol) as port:
            with await _connect(port) as connection:
                await asyncio.get_running_loop().sock_sendall(connection, request_bytes)
                await asyncio.sleep(0.1)
                assert HastyProtocol.open
                await _until_closed()

    asyncio.run(take_nothing())

    assert 0 < HastyProtocol.largest_queue <= 2 * PIECE_BYTES + 1024


async def _read_large(buffer_bytes: int, piece_bytes: int, pauses: Iterable[float]) -> int:
    """Read a response in pieces, with a pause behind each; return its size."""
    size = 0
    async with serve_app(_send_large, HastyProtocol) as port:
        with await _connect(port, buffer_bytes) as connection:
            loop = asyncio.get_running_loop()
            await loop.sock_sendall(connection, CLOSING)
            for pause in pauses:
                piece = await loop.sock_recv(connection, piece_bytes)
                if not piece:
                    break
                size += len(piece)
                await asyncio.sleep(pause)
    return size


def test_connection_that_reads_slowly_gets_all() -> None:
    pauses = chain([0.1] * 10, repeat(0.0))

    size = asyncio.run(_read_large(1024 * 1024, 1024 * 1024, pauses))

    assert size > len(LARGE)


def test_connection_that_reads_steadily_is_not_closed_while_the_kernel_has_much_of_its_response(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(HastyProtocol, "write_seconds", 0.1)

    size = asyncio.run(_read_large(256 * 1024, 128 * 1024, repeat(0.01)))

    assert size > len(LARGE)


def test_connection_may_not_pipeline_without_end() -> None:
    async def pipeline() -> None:
        async with serve_app(_send_large, HastyProtocol) as port:
            with await _connect(port) as connection:
                loop = asyncio.get_running_loop()
                await loop.sock_sendall(connection, REQUEST * (MAX_PIPELINED + 2))
                await _until_closed()

    asyncio.run(pipeline())
