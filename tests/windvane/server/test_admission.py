"""Who runs, who waits and who is refused, spoken to in ASGI."""

import asyncio
import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.windvane.api.fake_classifier import FakeClassifier
from tests.windvane.server.asgi_connection import (
    JSON_TYPE,
    Connection,
    SlowRoute,
    build_app,
    build_scope,
    call,
)
from windvane.api.problems import OverloadedError
from windvane.api.routes import build_routes
from windvane.facts import MAX_BODY_BYTES
from windvane.server.admission import Admission
from windvane.server.asgi import AsgiApp
from windvane.settings import Settings

ROUTES = build_routes(FakeClassifier, Settings(bundle_uri="", threads=1))
Tasks = list[asyncio.Task[Connection]]


@pytest.fixture
def pool() -> Iterator[ThreadPoolExecutor]:
    with ThreadPoolExecutor(1) as pool:
        yield pool


def _send(app: AsgiApp, path: str, *connections: Connection) -> Tasks:
    return [
        asyncio.create_task(call(app, build_scope(path), connection)) for connection in connections
    ]


async def _fill(
    app: AsgiApp, admission: Admission, slow: SlowRoute, *connections: Connection
) -> Tasks:
    """Let the first request run and the others wait."""
    tasks = _send(app, "/slow", connections[0])
    await slow.wait_until_asked(1)
    tasks += _send(app, "/slow", *connections[1:])
    await _until_waiting(admission, len(connections) - 1)
    return tasks


async def _until_waiting(admission: Admission, wanted: int) -> None:
    async with asyncio.timeout(20):
        while admission.waiting != wanted:
            await asyncio.sleep(0)


def _bodies(count: int) -> list[Connection]:
    return [Connection([str(i).encode()]) for i in range(count)]


def test_admission_refuses_at_once_what_finds_too_many_waiting(pool: ThreadPoolExecutor) -> None:
    admission, slow = Admission(places=1, max_waiting=2), SlowRoute()
    app = build_app([*ROUTES, slow.route], pool, admission)
    let_in, refused = _bodies(3), Connection([b'{"text": "any"}'])

    async def overload() -> None:
        tasks = await _fill(app, admission, slow, *let_in)
        await call(app, build_scope(), refused)
        slow.let_answer(3)
        await asyncio.gather(*tasks)

    asyncio.run(overload())

    problem = json.loads(refused.body)
    assert (refused.status, problem["type"]) == (503, "urn:windvane:problem:overloaded")
    assert refused.headers[b"retry-after"] == b"1"
    assert [connection.status for connection in let_in] == [200, 200, 200]
    assert (admission.refused, admission.running, admission.waiting) == (1, 0, 0)


def test_admission_answers_first_come_first_served(pool: ThreadPoolExecutor) -> None:
    admission, slow = Admission(places=1, max_waiting=4), SlowRoute()
    app = build_app([slow.route], pool, admission)

    async def send_all() -> None:
        tasks = await _fill(app, admission, slow, *_bodies(5))
        slow.let_answer(5)
        await asyncio.gather(*tasks)

    asyncio.run(send_all())

    assert slow.texts == ["0", "1", "2", "3", "4"]


@pytest.mark.parametrize("path", ["/health", "/metrics", "/v1/model", "/openapi.json", "/nowhere"])
def test_overloaded_server_answers_quick_routes(pool: ThreadPoolExecutor, path: str) -> None:
    admission, slow = Admission(places=1, max_waiting=1), SlowRoute()
    app = build_app([*ROUTES, slow.route], pool, admission)
    quick = Connection()

    async def overload() -> None:
        tasks = await _fill(app, admission, slow, *_bodies(2))
        await call(app, build_scope(path), quick)
        slow.let_answer(2)
        await asyncio.gather(*tasks)

    asyncio.run(overload())

    assert quick.status == (404 if path == "/nowhere" else 200)


def test_overloaded_server_does_not_run_whose_client_went_away(pool: ThreadPoolExecutor) -> None:
    admission, slow = Admission(places=1, max_waiting=3), SlowRoute()
    app = build_app([slow.route], pool, admission)
    callers = _bodies(3)

    async def leave_the_queue() -> None:
        tasks = await _fill(app, admission, slow, *callers)
        callers[1].leave()
        await _until_waiting(admission, 1)
        slow.let_answer(2)
        await asyncio.gather(*tasks)

    asyncio.run(leave_the_queue())

    assert slow.texts == ["0", "2"]
    assert [caller.status for caller in callers] == [200, 0, 200]
    assert (admission.abandoned, admission.running, admission.waiting) == (1, 0, 0)


def test_overloaded_server_keeps_nothing_of_a_large_body(pool: ThreadPoolExecutor) -> None:
    admission, slow = Admission(places=1, max_waiting=1), SlowRoute()
    app = build_app([*ROUTES, slow.route], pool, admission)
    large = Connection([b"x" * 1024 * 1024] * 8)  # over the limit too, which is not said

    async def overload() -> None:
        tasks = await _fill(app, admission, slow, *_bodies(2))
        await call(app, build_scope(), large)
        slow.let_answer(2)
        await asyncio.gather(*tasks)

    asyncio.run(overload())

    assert (large.status, large.given) == (503, 8 * 1024 * 1024)


def test_overloaded_server_refuses_before_a_client_that_waits_sends(
    pool: ThreadPoolExecutor,
) -> None:
    admission, slow = Admission(places=1, max_waiting=1), SlowRoute()
    app = build_app([*ROUTES, slow.route], pool, admission)
    length = (b"content-length", str(MAX_BODY_BYTES).encode())
    headers = [JSON_TYPE, length, (b"expect", b"100-continue")]
    polite = Connection([b"x" * 1024])

    async def overload() -> None:
        tasks = await _fill(app, admission, slow, *_bodies(2))
        await call(app, {**build_scope(), "headers": headers}, polite)
        slow.let_answer(2)
        await asyncio.gather(*tasks)

    asyncio.run(overload())

    assert (polite.status, polite.given) == (503, 0)
    assert polite.headers[b"connection"] == b"close"


@pytest.mark.parametrize("path", ["/sentiment/", "/sentiment//"])
def test_overloaded_server_cannot_be_asked_by_another_spelling(
    pool: ThreadPoolExecutor, path: str
) -> None:
    admission, slow = Admission(places=1, max_waiting=1), SlowRoute()
    app = build_app([*ROUTES, slow.route], pool, admission)
    sly = Connection([b'{"text": "any"}'])

    async def overload() -> None:
        tasks = await _fill(app, admission, slow, *_bodies(2))
        await call(app, build_scope(path, "POST"), sly)
        slow.let_answer(2)
        await asyncio.gather(*tasks)

    asyncio.run(overload())

    assert sly.status == 503


def test_admission_lets_none_wait_longer_than_it_may() -> None:
    admission = Admission(places=1, max_waiting=1, max_wait_seconds=0)

    async def wait() -> None:
        await admission.enter(Connection([b"1"]).receive)
        await admission.enter(Connection(stalls=True).receive)

    with pytest.raises(OverloadedError):
        asyncio.run(wait())

    assert (admission.refused, admission.running, admission.waiting) == (1, 1, 0)


def test_admission_loses_no_place_to_a_request_that_is_cancelled() -> None:
    admission = Admission(places=1, max_waiting=1)

    async def cancel() -> None:
        await admission.enter(Connection(stalls=True).receive)
        waiting = asyncio.create_task(admission.enter(Connection(stalls=True).receive))
        await _until_waiting(admission, 1)
        admission.leave()  # its turn has come, and it does not know yet
        waiting.cancel()
        await asyncio.wait({waiting})

    asyncio.run(cancel())

    assert (admission.running, admission.waiting) == (0, 0)


def test_admission_passes_the_turn_of_a_client_that_is_gone_on() -> None:
    admission = Admission(places=1, max_waiting=2)
    gone = Connection(stalls=True)

    async def leave_as_the_turn_comes() -> list[bool]:
        await admission.enter(Connection(stalls=True).receive)
        connections = (gone, Connection(stalls=True))
        tasks = [asyncio.create_task(admission.enter(one.receive)) for one in connections]
        await _until_waiting(admission, 2)
        await asyncio.sleep(0)
        gone.leave()
        await asyncio.sleep(0)
        admission.leave()
        return await asyncio.gather(*tasks)

    entered = asyncio.run(leave_as_the_turn_comes())

    assert entered == [False, True]
    assert (admission.running, admission.waiting, admission.abandoned) == (1, 0, 1)


@pytest.mark.parametrize(
    ("path", "status", "named"),
    [
        ("/sentiment", 503, b"urn:windvane:problem:overloaded"),
        ("/compat/huggingface", 503, b'{"error":'),
        ("/compat/comprehend", 400, b'"ThrottlingException"'),
        ("/predict", 429, b'"error_type":"Overloaded"'),
    ],
)
def test_overloaded_server_refuses_in_the_form_that_clients_read(
    pool: ThreadPoolExecutor, path: str, status: int, named: bytes
) -> None:
    app = build_app(ROUTES, pool, Admission(places=0, max_waiting=0))
    caller = Connection([b"{}"])

    asyncio.run(call(app, build_scope(path, "POST"), caller))

    assert caller.status == status
    assert named in caller.body
    assert caller.headers[b"retry-after"] == b"1"
