"""Heads of requests that uvicorn would read otherwise than RFC 9110 and 9112 say."""

import asyncio
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.windvane.api.fake_classifier import FakeClassifier
from tests.windvane.server.asgi_connection import build_app
from tests.windvane.server.asgi_server import serve_app
from tests.windvane.server.raw_connection import connect, exchange, read_all, read_statuses
from windvane.api.routes import build_routes
from windvane.facts import MAX_BODY_BYTES
from windvane.settings import Settings

ROUTES = build_routes(FakeClassifier, Settings(bundle_uri="", threads=1))
HOST = b"Host: localhost\r\n"
HEALTH = b"GET /health HTTP/1.1\r\n" + HOST
TEXT = b'{"text": "good"}'
TYPE = b"Content-Type: application/json\r\n"
POST = b"POST /sentiment HTTP/1.1\r\n" + HOST + TYPE
LENGTH = b"Content-Length: 16\r\n"
CHUNKS = b"a\r\n" + TEXT[:10] + b"\r\n6\r\n" + TEXT[10:] + b"\r\n0\r\n\r\n"
OFFER = b"Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABk\r\n"
"""What `curl --http2` sends, and Java's HttpClient."""


@pytest.fixture
def pool() -> Iterator[ThreadPoolExecutor]:
    with ThreadPoolExecutor(1) as pool:
        yield pool


def _exchange(pool: ThreadPoolExecutor, *pieces: bytes) -> bytes:
    """Send pieces one after another, and read until the server closes."""

    async def run() -> bytes:
        async with serve_app(build_app(ROUTES, pool)) as port, connect(port) as sockets:
            for piece in pieces:
                sockets.writer.write(piece)
                await asyncio.sleep(0.02)
            sockets.writer.write_eof()
            return await read_all(sockets)

    return asyncio.run(run())


@pytest.mark.parametrize("protocol", [b"h2c", b"websocket", b"TLS/1.0", b"h2c, websocket"])
def test_upgrade_is_not_taken(pool: ThreadPoolExecutor, protocol: bytes) -> None:
    offer = b"Connection: upgrade\r\nUpgrade: " + protocol + b"\r\n\r\n"

    received = _exchange(pool, HEALTH + offer + HEALTH + b"\r\n")

    assert read_statuses(received) == [200, 200]


ASKED = {
    "length": [POST + LENGTH + OFFER + b"\r\n" + TEXT],
    "chunks": [POST + b"Transfer-Encoding: chunked\r\n" + OFFER + b"\r\n" + CHUNKS],
    "offer-first": [POST + OFFER + LENGTH + b"\r\n" + TEXT],
    "body-later": [POST + LENGTH + OFFER + b"\r\n", TEXT],
    "body-in-parts": [POST + LENGTH + OFFER + b"\r\n" + TEXT[:5], TEXT[5:9], TEXT[9:]],
    "head-in-parts": [POST + LENGTH + OFFER[:50], OFFER[50:] + b"\r", b"\n" + TEXT],
    "behind-another": [POST + LENGTH + b"\r\n" + TEXT + POST + LENGTH + OFFER + b"\r\n" + TEXT],
    "each": [(POST + LENGTH + OFFER + b"\r\n" + TEXT) * 3],
}


@pytest.mark.parametrize("pieces", ASKED.values(), ids=ASKED.keys())
def test_request_that_offers_an_upgrade_keeps_its_body(
    pool: ThreadPoolExecutor, pieces: list[bytes]
) -> None:
    received = _exchange(pool, *pieces, HEALTH + b"\r\n")

    asked = b"".join(pieces).count(b"HTTP/1.1")
    assert read_statuses(received) == [200] * (asked + 1)
    assert received.count(b'"sentiment":"positive"') == asked


@pytest.mark.parametrize(
    ("sent", "status"),
    [
        (POST + b"Content-Length: 17\r\n" + OFFER + b"\r\n" + TEXT, 400),
        (POST + b"Transfer-Encoding: chunked\r\n" + OFFER + b"\r\nx", 400),
        (POST + OFFER + b"\r\n" + b"\0", 400),
        (POST + OFFER + b"a: b\r\n" * 101 + b"\r\n", 431),
        (POST + LENGTH + LENGTH + OFFER + b"\r\n" + TEXT, 400),
        (POST + b"Content-Length: %d\r\n" % (MAX_BODY_BYTES + 1) + OFFER + b"\r\n", 413),
        (POST + LENGTH + b"Expect: 100-continue\r\n" + OFFER + b"\r\n" + TEXT, 200),
        (b"CONNECT localhost:80 HTTP/1.1\r\n" + HOST + OFFER + b"\r\n", 400),
    ],
    ids=["short", "chunk", "garbage", "headers", "lengths", "large", "expect", "connect"],
)
def test_offer_takes_no_request_out_of_the_rules(
    pool: ThreadPoolExecutor, sent: bytes, status: int
) -> None:
    async def run() -> bytes:
        async with serve_app(build_app(ROUTES, pool)) as port:
            return await exchange(
                port, sent + b"y" * (status == 413) * (MAX_BODY_BYTES + 1), ends=True
            )

    assert read_statuses(asyncio.run(run()))[0] == status


def test_old_client_is_not_told_to_continue(pool: ThreadPoolExecutor) -> None:
    post = POST.replace(b"1.1", b"1.0") + b"Expect: 100-continue\r\n" + LENGTH + b"\r\n"

    received = _exchange(pool, post, TEXT)

    assert b"100 Continue" not in received
    assert read_statuses(received) == [200]


def test_client_that_expects_it_is_told_to_continue(pool: ThreadPoolExecutor) -> None:
    post = POST + b"Expect: 100-continue\r\n" + LENGTH + b"\r\n"

    received = _exchange(pool, post, TEXT)

    assert received.startswith(b"HTTP/1.1 100 Continue\r\n\r\n")
    assert read_statuses(received) == [200]
