"""Connections that send no request, or come in too great a number, over sockets."""

import asyncio
import json
import re
import socket
import ssl
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager, suppress
from pathlib import Path

import pytest

from tests.windvane.api.fake_classifier import FakeClassifier
from tests.windvane.aws.self_signed import write_certificate
from tests.windvane.server import raw_connection
from tests.windvane.server.asgi_connection import SlowRoute, build_app
from tests.windvane.server.asgi_server import OpenProtocol, serve_app
from windvane.api.routes import build_routes
from windvane.server import connections
from windvane.server.connections import BoundedProtocol
from windvane.server.request_reading import BodyReader
from windvane.settings import Settings

ROUTES = build_routes(FakeClassifier, Settings(bundle_uri="", threads=1))
GET_HEALTH = b"GET /health HTTP/1.1\r\nhost: a\r\n\r\n"
TEXT = b'{"text": "good"}'
POST = b"POST /sentiment HTTP/1.1\r\nhost: a\r\ncontent-type: application/json\r\n"
SLOW = b"POST /slow HTTP/1.1\r\nhost: a\r\ncontent-length: 1\r\n\r\n1"
SOON = 0.5
Sockets = tuple[asyncio.StreamReader, asyncio.StreamWriter]
Open = Callable[[], Awaitable[Sockets]]


class HastyProtocol(BoundedProtocol):
    header_seconds = SOON


class SmallProtocol(OpenProtocol):
    max_connections = 2


class ImpatientProtocol(SmallProtocol):
    stalled_seconds = 0.0


class LonelyProtocol(ImpatientProtocol):
    max_connections = 1


@pytest.fixture
def pool() -> Iterator[ThreadPoolExecutor]:
    with ThreadPoolExecutor(1) as pool:
        yield pool


@asynccontextmanager
async def _serve(
    pool: ThreadPoolExecutor, protocol: type[BoundedProtocol] = HastyProtocol
) -> AsyncIterator[Open]:
    """Serve, with little patience, until the block ends."""
    opened: list[asyncio.StreamWriter] = []
    async with serve_app(build_app(ROUTES, pool, reader=BodyReader(SOON)), protocol) as port:

        async def connect() -> Sockets:
            reader, writer = await asyncio.open_connection("127.0.0.1", port)
            opened.append(writer)
            return reader, writer

        yield connect
        for writer in opened:
            writer.close()


async def _ask(sockets: Sockets, sent: bytes) -> bytes:
    """Send bytes and read until the server closes."""
    reader, writer = sockets
    writer.write(sent)
    return await asyncio.wait_for(reader.read(), 20)


async def _get_health(sockets: Sockets) -> bytes:
    """Ask, read the whole answer and keep the connection."""
    reader, writer = sockets
    writer.write(GET_HEALTH)
    head = await asyncio.wait_for(reader.readuntil(b"\r\n\r\n"), 20)
    [length] = re.findall(rb"content-length: (\d+)", head)
    await reader.readexactly(int(length))
    return head


@pytest.mark.parametrize("sent", [b"", b"POST /sent", b"POST /sentiment HTTP/1.1\r\nhost: a\r\n"])
def test_server_closes_a_connection_that_asks_nothing(
    pool: ThreadPoolExecutor, sent: bytes
) -> None:
    async def ask() -> bytes:
        async with _serve(pool) as connect:
            return await _ask(await connect(), sent)

    assert asyncio.run(ask()) == b""


def test_server_closes_a_kept_connection_whose_next_request_does_not_come(
    pool: ThreadPoolExecutor,
) -> None:
    async def ask() -> bytes:
        async with _serve(pool) as connect:
            return await _ask(await connect(), GET_HEALTH + b"GET /hea")

    answered = asyncio.run(ask())

    assert answered.startswith(b"HTTP/1.1 200")
    assert answered.count(b"HTTP/1.1") == 1


def test_server_answers_408_where_the_body_does_not_come(pool: ThreadPoolExecutor) -> None:
    sent = b"POST /sentiment HTTP/1.1\r\nhost: a\r\ncontent-length: 9\r\n\r\n{"

    async def ask() -> bytes:
        async with _serve(pool) as connect:
            return await _ask(await connect(), sent)

    head, _, body = asyncio.run(ask()).partition(b"\r\n\r\n")

    assert head.startswith(b"HTTP/1.1 408")
    assert b"connection: close" in head
    assert json.loads(body)["type"] == "urn:windvane:problem:body-timeout"


def test_server_keeps_the_connections_it_has_and_refuses_more(pool: ThreadPoolExecutor) -> None:
    async def ask() -> tuple[list[bytes], bytes, bytes]:
        async with _serve(pool, SmallProtocol) as connect:
            kept = [await connect(), await connect()]
            first = [await _get_health(sockets) for sockets in kept]
            refused = await _ask(await connect(), GET_HEALTH)
            return first, refused, await _get_health(kept[0])

    first, refused, again = asyncio.run(ask())

    assert all(head.startswith(b"HTTP/1.1 200") for head in (*first, again))
    assert refused.startswith(b"HTTP/1.1 503")
    assert b"retry-after: 1" in refused
    assert b"connection: close" in refused


@pytest.mark.parametrize(
    "sent",
    [
        b"",
        b"GET /hea",
        b"POST /sentiment HTTP/1.1\r\nhost: a\r\ncontent-length: 9\r\n\r\n",
    ],
    ids=["nothing", "head", "body"],
)
def test_server_over_its_limit_replaces_the_connection_that_has_stalled_longest(
    pool: ThreadPoolExecutor, sent: bytes
) -> None:
    async def ask() -> tuple[bytes, bytes, bytes]:
        async with _serve(pool, ImpatientProtocol) as connect:
            kept, stalled = await connect(), await connect()
            first = await _get_health(kept)
            stalled[1].write(sent)
            await asyncio.sleep(0.1)
            newest = await _get_health(await connect())
            with suppress(ConnectionResetError):
                assert await stalled[0].read() == b""
            return first, newest, await _get_health(kept)

    answers = asyncio.run(ask())

    assert all(head.startswith(b"HTTP/1.1 200") for head in answers)


def test_server_over_its_limit_replaces_the_connection_that_has_been_idle_longest(
    pool: ThreadPoolExecutor,
) -> None:
    async def ask() -> tuple[bytes, bytes, bytes]:
        async with _serve(pool, ImpatientProtocol) as connect:
            oldest, kept = await connect(), await connect()
            for sockets in (kept, oldest, kept):
                await _get_health(sockets)
            newest = await _get_health(await connect())
            return newest, await oldest[0].read(), await _get_health(kept)

    newest, left, again = asyncio.run(ask())

    assert newest.startswith(b"HTTP/1.1 200")
    assert left == b""
    assert again.startswith(b"HTTP/1.1 200")


@pytest.mark.parametrize(
    "second",
    [
        POST + b"content-length: 16\r\nexpect: 100-continue\r\n\r\n",
        POST + b"content-length: 300016\r\n\r\n" + b" " * 300_000,
    ],
    ids=["expect", "large"],
)
def test_server_over_its_limit_keeps_a_connection_that_it_does_not_read(
    pool: ThreadPoolExecutor, second: bytes
) -> None:
    slow = SlowRoute()

    async def ask() -> tuple[bytes, bytes]:
        app = build_app([*ROUTES, slow.route], pool)
        async with serve_app(app, LonelyProtocol) as port, raw_connection.connect(port) as kept:
            kept.writer.write(SLOW + second)
            await slow.wait_until_asked(1)
            await asyncio.sleep(0.1)
            refused = await raw_connection.exchange(port, GET_HEALTH)
            slow.let_answer()
            kept.writer.write(TEXT)
            kept.writer.write_eof()
            return refused, await raw_connection.read_all(kept)

    refused, answered = asyncio.run(ask())

    assert refused.startswith(b"HTTP/1.1 503")
    assert raw_connection.read_statuses(answered) == [200, 200]


def test_idle_connection_of_tls_is_closed_whose_client_does_not_close_its_side(
    pool: ThreadPoolExecutor, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connections, "FAREWELL_SECONDS", 0.1)
    pem = str(write_certificate(tmp_path / "both.pem"))
    trusting = ssl.create_default_context(cafile=pem)
    trusting.check_hostname = False

    async def ask() -> float:
        async with serve_app(build_app(ROUTES, pool), ImpatientProtocol, tls=pem) as port:

            def connect() -> ssl.SSLSocket:
                return trusting.wrap_socket(socket.create_connection(("127.0.0.1", port)))

            opened = [await asyncio.to_thread(connect) for _ in range(2)]
            for client in opened:
                client.sendall(GET_HEALTH)
                assert (await asyncio.to_thread(client.recv, 20)).startswith(b"HTTP/1.1 200")
            started = time.monotonic()
            opened.append(await asyncio.to_thread(connect))
            async with asyncio.timeout(20):
                while len(ImpatientProtocol.open) > 2:
                    await asyncio.sleep(0.01)
            seconds = time.monotonic() - started
            for client in opened:
                client.close()
            return seconds

    assert asyncio.run(ask()) < 5
