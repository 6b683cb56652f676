"""Who runs, who waits and who is refused, spoken to in ASGI."""

import asyncio
import gc
import json
import threading
import weakref
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import partial

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


def test_admission_lets_none_wait_longer_than_it_may(pool: ThreadPoolExecutor) -> None:
    admission, slow = Admission(places=1, max_waiting=1, max_wait_seconds=0), SlowRoute()
    app = build_app([slow.route], pool, admission)
    first, second = _bodies(2)

    async def wait() -> None:
        tasks = _send(app, "/slow", first)
        await slow.wait_until_asked(1)
        await call(app, build_scope("/slow"), second)
        slow.let_answer()
        await asyncio.gather(*tasks)

    asyncio.run(wait())

    assert [first.status, second.status] == [200, 503]
    assert slow.texts == ["0"]
    assert (admission.refused, admission.running, admission.waiting) == (1, 0, 0)


def test_admission_runs_no_request_that_is_cancelled_while_it_waits(
    pool: ThreadPoolExecutor,
) -> None:
    admission, slow = Admission(places=1, max_waiting=2), SlowRoute()
    app = build_app([slow.route], pool, admission)

    async def cancel() -> None:
        tasks = await _fill(app, admission, slow, *_bodies(3))
        tasks[1].cancel()
        await _until_waiting(admission, 1)
        slow.let_answer(2)
        await asyncio.wait(tasks)

    asyncio.run(cancel())

    assert slow.texts == ["0", "2"]
    assert (admission.abandoned, admission.running, admission.waiting) == (0, 0, 0)


def test_admission_counts_a_request_that_is_cancelled_until_its_thread_is_free(
    pool: ThreadPoolExecutor,
) -> None:
    admission, slow = Admission(places=1, max_waiting=1), SlowRoute()
    app = build_app([slow.route], pool, admission)
    later = Connection([b"later"])

    async def cancel() -> int:
        running, *_ = await _fill(app, admission, slow, *_bodies(1))
        running.cancel()
        await asyncio.wait({running})
        still = admission.running
        tasks = _send(app, "/slow", later)
        await _until_waiting(admission, 1)
        slow.let_answer(2)
        await asyncio.gather(*tasks)
        return still

    assert asyncio.run(cancel()) == 1
    assert (later.status, admission.running) == (200, 0)


def test_thread_takes_the_next_request_without_the_event_loop(pool: ThreadPoolExecutor) -> None:
    admission, slow = Admission(places=1, max_waiting=1), SlowRoute()
    app = build_app([slow.route], pool, admission)

    async def hold_up_the_loop() -> list[str]:
        tasks = await _fill(app, admission, slow, *_bodies(2))
        slow.let_answer()
        slow.wait_until_next()
        asked = list(slow.texts)
        slow.let_answer()
        await asyncio.gather(*tasks)
        return asked

    assert asyncio.run(hold_up_the_loop()) == ["0", "1"]


def test_thread_that_is_busy_keeps_nothing_of_the_requests_before(
    pool: ThreadPoolExecutor,
) -> None:
    admission = Admission(places=1, max_waiting=1)
    may_end = [threading.Event(), threading.Event()]

    async def run_both() -> bool:
        bodies = [threading.Event(), threading.Event()]  # of a class that may be referred to weakly
        first_body = weakref.ref(bodies[0])
        functions = [partial(_serve, *each) for each in zip(may_end, bodies, strict=True)]
        tasks = [
            asyncio.create_task(admission.run(pool, function, Connection(stalls=True).receive))
            for function in functions
        ]
        await _until_waiting(admission, 1)
        may_end[0].set()
        await tasks[0]
        del bodies[0], functions[0], tasks[0]
        gc.collect()
        is_kept = first_body() is not None
        may_end[1].set()
        await tasks[0]
        return is_kept

    assert not asyncio.run(run_both())


def test_request_that_no_thread_can_be_started_for_leaves_its_place(
    pool: ThreadPoolExecutor, monkeypatch: pytest.MonkeyPatch
) -> None:
    admission = Admission(places=1, max_waiting=1)
    ran: list[str] = []

    def fail(_pool: ThreadPoolExecutor) -> None:
        raise RuntimeError("can't start new thread")

    async def run_both() -> None:
        receive = Connection(stalls=True).receive
        with monkeypatch.context() as patch:
            patch.setattr(ThreadPoolExecutor, "_adjust_thread_count", fail)
            with pytest.raises(RuntimeError, match="new thread"):
                await admission.run(pool, partial(ran.append, "refused"), receive)
        async with asyncio.timeout(20):
            await admission.run(pool, partial(ran.append, "served"), receive)

    asyncio.run(run_both())

    assert ran == ["served"]
    assert (admission.running, admission.waiting) == (0, 0)


def _serve(may_end: threading.Event, _body: threading.Event) -> bool:
    return may_end.wait(20)


def test_client_that_leaves_as_its_request_begins_is_counted_nowhere(
    pool: ThreadPoolExecutor,
) -> None:
    admission, slow = Admission(places=1, max_waiting=1), SlowRoute()
    app = build_app([slow.route], pool, admission)
    callers = _bodies(2)

    async def leave_too_late() -> None:
        tasks = await _fill(app, admission, slow, *callers)
        slow.let_answer()
        slow.wait_until_next()
        callers[1].leave()
        await asyncio.sleep(0)
        slow.let_answer()
        await asyncio.gather(*tasks)

    asyncio.run(leave_too_late())

    assert slow.texts == ["0", "1"]
    assert (admission.abandoned, admission.refused, admission.running) == (0, 0, 0)


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
