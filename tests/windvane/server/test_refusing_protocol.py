"""What a connection refuses is answered by the application; who sends no more is answered too."""

import asyncio
import socket
import time
from collections.abc import AsyncIterator, Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager, suppress
from itertools import pairwise

import pytest
import uvloop

from tests.windvane.api.fake_classifier import FakeClassifier
from tests.windvane.server.asgi_connection import SlowRoute, build_app
from tests.windvane.server.asgi_server import serve_app
from tests.windvane.server.raw_connection import (
    SECONDS,
    connect,
    exchange,
    read_all,
    read_problem,
    read_statuses,
)
from windvane.api.routes import build_routes
from windvane.facts import MAX_BODY_BYTES
from windvane.server.admission import Admission
from windvane.server.conforming_protocol import ConformingProtocol
from windvane.server.connections import MAX_PIPELINED
from windvane.server.refusing_protocol import CONTINUE, PROBE_SECONDS
from windvane.settings import Settings

ROUTES = build_routes(FakeClassifier, Settings(bundle_uri="", threads=1))
HEALTH = b"GET /health HTTP/1.1\r\nhost: a\r\n\r\n"
METRICS = b"GET /metrics HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n"
MALFORMED = b"GET /health HTTP/1.1\r\nhost a\r\n\r\n"
TOO_LARGE = b"GET /health HTTP/1.1\r\n" + b"a: b\r\n" * 101 + b"\r\n"
CHUNKED = b"POST /sentiment HTTP/1.1\r\nhost: a\r\ntransfer-encoding: chunked\r\n\r\n1\r\n{\r\n"
TEXT = b'{"text": "good"}'
POST = b"POST /sentiment HTTP/1.1\r\nhost: a\r\ncontent-type: application/json\r\n"
ASKED = POST + b"content-length: 16\r\n\r\n" + TEXT
SLOW = b"POST /slow HTTP/1.1\r\nhost: a\r\ncontent-length: 1\r\n\r\n1"
MALFORMED_TYPE = "urn:windvane:problem:malformed-request"
TOO_LARGE_TYPE = "urn:windvane:problem:headers-too-large"


class CuriousProtocol(ConformingProtocol):
    """Tells which one is the latest."""

    latest: "CuriousProtocol"

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        type(self).latest = self


@pytest.fixture
def pool() -> Iterator[ThreadPoolExecutor]:
    with ThreadPoolExecutor(1) as pool:
        yield pool


@asynccontextmanager
async def _serve(
    pool: ThreadPoolExecutor, slow: SlowRoute | None = None, admission: Admission | None = None
) -> AsyncIterator[int]:
    routes = [*ROUTES, slow.route] if slow else ROUTES
    protocol = CuriousProtocol if slow else ConformingProtocol
    async with serve_app(build_app(routes, pool, admission), protocol) as port:
        yield port


def _exchange(pool: ThreadPoolExecutor, sent: bytes, *, ends: bool = False) -> bytes:
    async def run() -> bytes:
        async with _serve(pool) as port:
            return await exchange(port, sent, ends=ends)

    return asyncio.run(run())


@pytest.mark.parametrize(
    ("sent", "status", "kind"),
    [
        (MALFORMED, 400, MALFORMED_TYPE),
        (b"\xff" * 20, 400, MALFORMED_TYPE),
        (CHUNKED + b"x", 400, MALFORMED_TYPE),
        (TOO_LARGE, 431, TOO_LARGE_TYPE),
        (CHUNKED + b"0\r\n" + b"a: b\r\n" * 101, 431, TOO_LARGE_TYPE),
    ],
    ids=["head", "garbage", "chunk", "headers", "trailers"],
)
def test_refusal_is_a_problem_document_like_any_other(
    pool: ThreadPoolExecutor, sent: bytes, status: int, kind: str
) -> None:
    problem = read_problem(_exchange(pool, sent, ends=True))

    headers = problem.pop("headers")
    assert problem.keys() == {"type", "title", "status", "detail", "errors"}
    assert (problem["status"], problem["type"]) == (status, kind)
    assert headers["content-type"] == "application/problem+json"
    assert headers["connection"] == "close"
    assert headers["cache-control"] == "no-store"
    assert headers["x-correlation-id"]


def test_refusals_are_counted(pool: ThreadPoolExecutor) -> None:
    async def ask() -> bytes:
        async with _serve(pool) as port:
            for sent in (MALFORMED, TOO_LARGE, TOO_LARGE):
                await exchange(port, sent, ends=True)
            return await exchange(port, METRICS)

    metrics = asyncio.run(ask())

    line = b'windvane_requests_total{method="other",route="other",status="%d"} %d.0'
    assert line % (400, 1) in metrics
    assert line % (431, 2) in metrics


@pytest.mark.parametrize(("refused", "status"), [(MALFORMED, 400), (TOO_LARGE, 431)])
def test_refusal_comes_after_the_responses_to_earlier_requests(
    pool: ThreadPoolExecutor, refused: bytes, status: int
) -> None:
    received = _exchange(pool, ASKED + HEALTH + refused + HEALTH, ends=True)

    assert read_statuses(received) == [200, 200, status]


def test_requests_within_the_limit_of_pipelining_are_answered(pool: ThreadPoolExecutor) -> None:
    received = _exchange(pool, ASKED * (MAX_PIPELINED + 5), ends=True)

    assert read_statuses(received) == [200] * (MAX_PIPELINED + 1) + [503]


@pytest.mark.parametrize("sent", [ASKED, HEALTH, ASKED * 3, HEALTH + ASKED])
def test_client_that_shuts_down_its_side_gets_its_responses(
    pool: ThreadPoolExecutor, sent: bytes
) -> None:
    received = _exchange(pool, sent, ends=True)

    assert read_statuses(received) == [200] * sent.count(b"HTTP/1.1")


def test_client_that_ends_within_its_body_is_told(pool: ThreadPoolExecutor) -> None:
    problem = read_problem(_exchange(pool, ASKED[:-1], ends=True))

    assert problem["type"] == MALFORMED_TYPE
    assert problem["errors"] == [{"field": "body", "rule": "complete"}]


def test_client_that_still_sends_can_read_its_response(pool: ThreadPoolExecutor) -> None:
    async def send_on() -> bytes:
        async with _serve(pool) as port, connect(port) as sockets:
            sockets.writer.write(TOO_LARGE)
            for _ in range(64):
                sockets.writer.write(b"x" * 64 * 1024)
                await sockets.writer.drain()
            return await read_all(sockets)

    assert read_statuses(asyncio.run(send_on())) == [431]


def test_client_that_sends_on_without_end_is_cut_off(pool: ThreadPoolExecutor) -> None:
    async def send_on() -> int:
        async with _serve(pool) as port, connect(port) as sockets:
            sockets.writer.write(TOO_LARGE)
            for megabytes in range(100):
                try:
                    sockets.writer.write(b"x" * 1024 * 1024)
                    await sockets.writer.drain()
                except ConnectionError:
                    return megabytes
        return 100

    assert asyncio.run(send_on()) < 50


def test_client_that_sends_no_more_and_waits_is_probed_less_and_less_often(
    pool: ThreadPoolExecutor,
) -> None:
    slow = SlowRoute()
    times: list[float] = []

    async def wait() -> bytes:
        async with _serve(pool, slow) as port, connect(port) as sockets:
            sockets.writer.write(SLOW)
            sockets.writer.write_eof()
            for _ in range(4):
                probe = await asyncio.wait_for(sockets.reader.readuntil(b"\r\n\r\n"), SECONDS)
                assert probe == CONTINUE
                times.append(time.monotonic())
            slow.let_answer()
            return await read_all(sockets)

    assert read_statuses(asyncio.run(wait())) == [200]
    pauses = [after - before for before, after in pairwise(times)]
    assert sum(pauses) > 0.9 * (2 + 4 + 8) * PROBE_SECONDS


def test_connection_is_closed_whose_body_is_malformed_behind_its_response(
    pool: ThreadPoolExecutor,
) -> None:
    async def ask() -> bytes:
        async with _serve(pool) as port, connect(port) as sockets:
            sockets.writer.write(CHUNKED.replace(b"host: a", b"host: a\r\nx: \xff"))
            first = await sockets.reader.readuntil(b"\r\n\r\n")
            sockets.writer.write(b"x")
            return first + await read_all(sockets)

    assert read_statuses(asyncio.run(ask())) == [400]


@pytest.mark.parametrize("sent", [METRICS + HEALTH, HEALTH.replace(b"1.1", b"1.0") + HEALTH])
def test_client_that_has_its_last_response_and_is_gone_leaves_no_connection(
    pool: ThreadPoolExecutor, sent: bytes
) -> None:
    async def ask() -> float:
        async with _serve(pool, SlowRoute()) as port:
            async with connect(port) as sockets:
                sockets.writer.write(sent)
                await read_all(sockets)
            started = time.monotonic()
            async with asyncio.timeout(SECONDS):
                while CuriousProtocol.latest.connections:
                    await asyncio.sleep(0.01)
            return time.monotonic() - started

    assert asyncio.run(ask()) < 2


@pytest.mark.parametrize("loop_factory", [asyncio.new_event_loop, uvloop.new_event_loop])
def test_refused_client_that_is_gone_is_no_error(
    pool: ThreadPoolExecutor,
    caplog: pytest.LogCaptureFixture,
    loop_factory: Callable[[], asyncio.AbstractEventLoop],
) -> None:
    length = b"content-length: %d\r\nexpect: 100-continue\r\n\r\n" % (MAX_BODY_BYTES + 1)

    async def leave() -> bytes:
        async with _serve(pool) as port:
            for _ in range(20):
                with socket.create_connection(("127.0.0.1", port)) as client:
                    client.sendall(POST + length)
            return await exchange(port, METRICS)

    with asyncio.Runner(loop_factory=loop_factory) as runner:
        metrics = runner.run(leave())

    assert b'route="/sentiment",status="413"} 20.0' in metrics
    assert not caplog.records


@pytest.mark.parametrize("number", [1, 2, 3, 8])
def test_client_that_is_gone_leaves_the_queue(pool: ThreadPoolExecutor, number: int) -> None:
    """With all requests that it pipelined."""
    slow, admission = SlowRoute(), Admission(places=1, max_waiting=2)

    async def leave() -> None:
        async with _serve(pool, slow, admission) as port, connect(port) as first:
            first.writer.write(SLOW)
            await slow.wait_until_asked(1)
            with socket.create_connection(("127.0.0.1", port)) as second:
                for _ in range(number):
                    second.sendall(SLOW)
                    await asyncio.sleep(0.01)
            async with asyncio.timeout(SECONDS):
                while not admission.abandoned:
                    await asyncio.sleep(0.01)
            slow.let_answer()

    asyncio.run(leave())

    assert slow.texts == ["1"]


@pytest.mark.parametrize("loop_factory", [asyncio.new_event_loop, uvloop.new_event_loop])
def test_request_of_a_client_that_is_gone_ends_silently_though_others_wait(
    pool: ThreadPoolExecutor,
    caplog: pytest.LogCaptureFixture,
    loop_factory: Callable[[], asyncio.AbstractEventLoop],
) -> None:
    slow = SlowRoute()

    async def leave() -> bytes:
        async with _serve(pool, slow) as port:
            async with connect(port) as gone:
                gone.writer.write(SLOW * 3)
                await slow.wait_until_asked(1)
                CuriousProtocol.latest.transport.abort()  # as where a write to the client fails
                with suppress(ConnectionError):
                    assert await read_all(gone) == b""
            slow.let_answer()
            return await exchange(port, METRICS)

    with asyncio.Runner(loop_factory=loop_factory) as runner:
        received = runner.run(leave())

    assert read_statuses(received) == [200]
    assert slow.texts == ["1"]
    assert not caplog.records
