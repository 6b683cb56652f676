"""How many bytes of bodies a server holds, over sockets."""

import asyncio
import json
from collections.abc import AsyncIterator, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager

import pytest
from aws_lambda_powertools.event_handler import Response

from tests.windvane.api.fake_classifier import FakeClassifier
from tests.windvane.server.asgi_connection import SlowRoute, build_app
from tests.windvane.server.asgi_server import serve_app
from tests.windvane.server.raw_connection import (
    SECONDS,
    Sockets,
    connect,
    exchange,
    read_all,
    read_problem,
    read_statuses,
)
from windvane.api.route import Route
from windvane.api.routes import build_routes
from windvane.facts import MAX_BODY_BYTES
from windvane.server.admission import Admission
from windvane.server.body_budget import FREE_BYTES, BodyBudget, BodyShare
from windvane.server.connections import BoundedProtocol
from windvane.server.request_reading import BodyReader
from windvane.settings import Settings

MB = 1024 * 1024
LARGE = Route("GET", "/large", lambda _: Response(200, "text/plain", "x" * 16 * MB))
SLOW = SlowRoute()
ROUTES = [*build_routes(FakeClassifier, Settings(bundle_uri="", threads=1)), LARGE, SLOW.route]
TEXT = b'{"text": "good"}'
SMALL = (
    b"POST /sentiment HTTP/1.1\r\nhost: a\r\ncontent-type: application/json\r\n"
    b"connection: close\r\ncontent-length: %d\r\n\r\n%s" % (len(TEXT), TEXT)
)


class NarrowProtocol(BoundedProtocol):
    """Holds 2 MB of bodies."""


def _announce(size: int, path: bytes = b"/sentiment") -> bytes:
    head = b"POST %s HTTP/1.1\r\nhost: a\r\nconnection: close\r\ncontent-length: %d\r\n\r\n"
    return head % (path, size)


@pytest.fixture
def pool() -> Iterator[ThreadPoolExecutor]:
    with ThreadPoolExecutor(1) as pool:
        yield pool


@pytest.fixture(autouse=True)
def budget(monkeypatch: pytest.MonkeyPatch) -> BodyBudget:
    budget = BodyBudget(2 * MB)
    monkeypatch.setattr(NarrowProtocol, "bodies", budget)
    return budget


@asynccontextmanager
async def _serve(pool: ThreadPoolExecutor, seconds: float = SECONDS) -> AsyncIterator[int]:
    admission = Admission(places=1, max_waiting=1)
    app = build_app(ROUTES, pool, admission, reader=BodyReader(seconds))
    async with serve_app(app, NarrowProtocol) as port:
        yield port


async def _until_left(budget: BodyBudget, least: int, most: int = 2 * MB) -> None:
    async with asyncio.timeout(SECONDS):
        while not least <= budget.left_bytes <= most:
            await asyncio.sleep(0.01)


@asynccontextmanager
async def _hold(port: int, budget: BodyBudget, size: int) -> AsyncIterator[Sockets]:
    """Send that much of a longer body, and keep the connection until the block ends."""
    free = budget.left_bytes - size + FREE_BYTES
    async with connect(port) as sockets:
        sockets.writer.write(_announce(MAX_BODY_BYTES) + b" " * size)
        await _until_left(budget, free, free)
        yield sockets


@pytest.mark.parametrize(
    ("path", "status", "named"),
    [
        (b"/sentiment", 503, b"urn:windvane:problem:overloaded"),
        (b"/v1/results", 503, b"urn:windvane:problem:overloaded"),
        (b"/compat/huggingface", 503, b'{"error":'),
        (b"/compat/comprehend", 400, b'"ThrottlingException"'),
        (b"/predict", 429, b'"error_type":"Overloaded"'),
    ],
)
def test_body_over_the_budget_is_refused_while_small_requests_are_answered(
    pool: ThreadPoolExecutor, budget: BodyBudget, path: bytes, status: int, named: bytes
) -> None:
    async def overfill() -> tuple[bytes, bytes, bytes]:
        async with _serve(pool) as port, _hold(port, budget, MB), _hold(port, budget, MB):
            async with connect(port) as third:
                third.writer.write(_announce(MAX_BODY_BYTES, path) + b" " * MB)
                refused = await read_all(third)
            small = await exchange(port, SMALL)
            health = await exchange(port, b"GET /health HTTP/1.1\r\nconnection: close\r\n\r\n")
        return refused, small, health

    refused, small, health = asyncio.run(overfill())

    assert read_statuses(refused) == [status]
    assert named in refused
    assert b"\r\nretry-after: 1\r\n" in refused
    assert b"\r\nconnection: close\r\n" in refused
    assert [read_statuses(small), read_statuses(health)] == [[200], [200]]


def test_body_is_taken_again_when_another_is_gone(
    pool: ThreadPoolExecutor, budget: BodyBudget
) -> None:
    body = TEXT + b" " * MB

    async def follow() -> bytes:
        async with _serve(pool) as port:
            async with _hold(port, budget, MB), _hold(port, budget, MB):
                pass
            await _until_left(budget, 2 * MB)
            head = _announce(len(body)).replace(b"host: a", b"content-type: application/json")
            return await exchange(port, head + body, ends=True)

    assert read_statuses(asyncio.run(follow())) == [200]


def test_announced_bodies_take_nothing(pool: ThreadPoolExecutor, budget: BodyBudget) -> None:
    async def announce() -> int:
        async with _serve(pool) as port, connect(port) as one, connect(port) as other:
            for sockets in (one, other):
                sockets.writer.write(_announce(MAX_BODY_BYTES) + b" " * 1024)
                await sockets.writer.drain()
            assert read_statuses(await exchange(port, SMALL)) == [200]
            return budget.left_bytes

    assert asyncio.run(announce()) == 2 * MB


@pytest.mark.parametrize(
    ("sent", "statuses"),
    [
        (_announce(MB) + b" " * MB, [415]),
        (_announce(MB, b"/nowhere") + b" " * MB, [404]),
        (_announce(4 * MB) + b" " * 4 * MB, [503]),
        (_announce(MB + 1) + b" " * MB, [408]),
        (b"POST /sentiment HTTP/1.1\r\nhost: a\r\ntransfer-encoding: chunked\r\n\r\n"
         b"100000\r\n" + b" " * MB + b"x", [400]),
        (b"POST /sentiment HTTP/1.1\r\nhost: a\r\ntransfer-encoding: chunked\r\n\r\n"
         b"100000\r\n" + b" " * MB + b"\r\n0\r\n" + b"a: b\r\n" * 101, [431]),
        (b"GET /docs HTTP/1.1\r\nhost: a\r\n\r\n" + _announce(MB) + b" " * MB, [200, 415]),
        (b"GET /large HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n", [503]),
    ],
    ids=["refused", "unrouted", "over", "stalled", "malformed", "trailers", "second", "response"],
)  # fmt: skip
def test_budget_is_whole_after(
    pool: ThreadPoolExecutor, budget: BodyBudget, sent: bytes, statuses: list[int]
) -> None:
    async def send() -> bytes:
        async with _serve(pool, seconds=0.5) as port:
            received = await exchange(port, sent)
            await _until_left(budget, 2 * MB)
            return received

    assert read_statuses(asyncio.run(send())) == statuses


def test_budget_is_whole_after_a_disconnect(pool: ThreadPoolExecutor, budget: BodyBudget) -> None:
    async def leave() -> None:
        async with _serve(pool) as port:
            async with _hold(port, budget, MB) as sockets:
                sockets.writer.transport.abort()
            await _until_left(budget, 2 * MB)

    asyncio.run(leave())


def test_budget_is_whole_after_the_disconnect_of_a_client_whose_next_request_waited(
    pool: ThreadPoolExecutor, monkeypatch: pytest.MonkeyPatch
) -> None:
    budget = BodyBudget(2 * MB, free_bytes=0)
    monkeypatch.setattr(NarrowProtocol, "bodies", budget)
    first = b"POST /slow HTTP/1.1\r\nhost: a\r\ncontent-length: 1\r\n\r\n1"

    async def leave() -> None:
        async with _serve(pool) as port, connect(port) as sockets:
            sockets.writer.write(first + _announce(10) + b"second")
            await SLOW.wait_until_asked(1)
            assert budget.left_bytes == 2 * MB - len(b"1second")
            sockets.writer.transport.abort()
            SLOW.let_answer()  # reading is paused: only now the server learns of it
            await _until_left(budget, 2 * MB)

    asyncio.run(leave())


def test_body_that_is_only_dropped_takes_nothing(
    pool: ThreadPoolExecutor, budget: BodyBudget
) -> None:
    async def overload() -> bytes:
        async with _serve(pool) as port, connect(port) as one, connect(port) as other:
            for sockets in (one, other):
                sockets.writer.write(_announce(1, b"/slow") + b" ")
            await SLOW.wait_until_asked(1)
            refused = await exchange(port, _announce(4 * MB) + b" " * 4 * MB, ends=True)
            SLOW.let_answer(2)
            await other.reader.readuntil(b"\r\n\r\n")
            return refused

    problem = read_problem(asyncio.run(overload()))

    assert problem["status"] == 503
    assert budget.left_bytes == 2 * MB


def test_responses_that_are_not_read_are_counted(
    pool: ThreadPoolExecutor, budget: BodyBudget
) -> None:
    get = b"GET /large HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n"
    budget.left_bytes = 20 * MB

    async def ask() -> tuple[bytes, bytes]:
        async with _serve(pool) as port, connect(port) as first:
            first.writer.write(get)
            await _until_left(budget, 0, 5 * MB)
            refused = await exchange(port, get)
            return refused, await exchange(port, SMALL)

    refused, small = asyncio.run(ask())

    assert read_problem(refused)["type"] == "urn:windvane:problem:overloaded"
    assert json.loads(small.partition(b"\r\n\r\n")[2])["sentiment"] == "positive"


def test_share_takes_what_exceeds_the_free_bytes() -> None:
    budget = BodyBudget(10)
    share = BodyShare(budget)

    taken = [share.take(FREE_BYTES), share.take(6), share.take(5), share.take(1)]

    assert taken == [True, True, False, True]
    assert budget.left_bytes == 10
