"""The load generator's client, with our server in the same loop."""

import asyncio
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from benchmarks.load.http_client import HttpConnection, HttpPool, Response
from benchmarks.load.load_results import ResponseTimes, to_response_times
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


@pytest.mark.parametrize(("keepalive_seconds", "connections"), [(60, 1), (-1, 3)])
def test_pool_keeps_a_connection_for_a_while(
    pool: ThreadPoolExecutor, keepalive_seconds: float, connections: int
) -> None:
    made = []

    class CountingProtocol(BoundedProtocol):
        def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
            made.append(transport)
            super().connection_made(transport)

    async def post_three() -> list[int]:
        async with serve_app(build_app(ROUTES, pool), CountingProtocol) as port:
            connections = HttpPool(port, keepalive_seconds)
            statuses = [
                (await connections.request("POST", "/sentiment", BODY)).status for _ in range(3)
            ]
            connections.close()
            return statuses

    assert asyncio.run(post_three()) == [200, 200, 200]
    assert len(made) == connections


def test_connection_reads_the_response(pool: ThreadPoolExecutor) -> None:
    async def get() -> Response:
        async with serve_app(build_app(ROUTES, pool)) as port:
            connection = await HttpConnection.open(port)
            response = await connection.request("GET", "/nowhere")
            connection.close()
            return response

    response = asyncio.run(get())

    assert (response.status, response.headers["content-type"]) == (404, "application/problem+json")
    assert response.body.startswith(b"{")


def test_connection_raises_when_a_response_ends_early() -> None:
    async def send() -> None:
        async def disconnect(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            await reader.readuntil(b"\r\n\r\n")
            writer.close()

        server = await asyncio.start_server(disconnect, "127.0.0.1", 0)
        async with server:
            connection = await HttpConnection.open(server.sockets[0].getsockname()[1])
            try:
                await connection.request("GET", "/")
            finally:
                connection.close()

    with pytest.raises(ConnectionResetError):
        asyncio.run(send())


def test_to_response_times_summarizes() -> None:
    assert to_response_times([]) is None
    assert to_response_times([2.0]) == ResponseTimes(2.0, 2.0, 2.0)
    assert to_response_times([float(i) for i in range(1, 102)]) == ResponseTimes(50.5, 99.99, 101.0)
