"""The load generator's own client, against our server in the same loop."""

import asyncio
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from benchmarks.load.http_client import HttpConnection, HttpPool, Reply
from benchmarks.load.latency import Latency, to_latency
from tests.windvane.api.fake_classifier import FakeClassifier
from tests.windvane.server.asgi_connection import build_app
from tests.windvane.server.asgi_server import serve_app
from windvane.api.routes import build_routes
from windvane.server.connections import BoundedProtocol
from windvane.settings import Settings

ROUTES = build_routes(FakeClassifier, Settings(bundle_uri="", threads=1))
BODY = b'{"text": "any"}'


@pytest.fixture
def pool() -> Iterator[ThreadPoolExecutor]:
    with ThreadPoolExecutor(1) as pool:
        yield pool


@pytest.mark.parametrize(("kept_seconds", "connections"), [(60, 1), (-1, 3)])
def test_pool_keeps_a_connection_for_a_while(
    pool: ThreadPoolExecutor, kept_seconds: float, connections: int
) -> None:
    made = []

    class CountingProtocol(BoundedProtocol):
        def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
            made.append(transport)
            super().connection_made(transport)

    async def post_three() -> list[int]:
        async with serve_app(build_app(ROUTES, pool), CountingProtocol) as port:
            connections = HttpPool(port, kept_seconds)
            statuses = [(await connections.post("/sentiment", BODY)).status for _ in range(3)]
            connections.close()
            return statuses

    assert asyncio.run(post_three()) == [200, 200, 200]
    assert len(made) == connections


def test_connection_reads_what_was_answered(pool: ThreadPoolExecutor) -> None:
    async def get() -> Reply:
        async with serve_app(build_app(ROUTES, pool)) as port:
            connection = await HttpConnection.open(port)
            reply = await connection.get("/nowhere")
            connection.close()
            return reply

    reply = asyncio.run(get())

    assert (reply.status, reply.headers["content-type"]) == (404, "application/problem+json")
    assert reply.body.startswith(b"{")


def test_connection_names_an_answer_that_ends_early() -> None:
    async def ask() -> None:
        async def hang_up(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            await reader.readuntil(b"\r\n\r\n")
            writer.close()

        server = await asyncio.start_server(hang_up, "127.0.0.1", 0)
        async with server:
            connection = await HttpConnection.open(server.sockets[0].getsockname()[1])
            try:
                await connection.get("/")
            finally:
                connection.close()

    with pytest.raises(ConnectionResetError):
        asyncio.run(ask())


def test_to_latency_sums_up() -> None:
    assert to_latency([]) is None
    assert to_latency([2.0]) == Latency(2.0, 2.0, 2.0)
    assert to_latency([float(i) for i in range(1, 102)]) == Latency(50.5, 99.99, 101.0)
