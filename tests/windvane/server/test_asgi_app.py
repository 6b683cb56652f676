"""The guard before the local server, spoken to in ASGI, and the answers for our own faults."""

import asyncio
import json
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier
from typing import Any

import httpx
import pytest
from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.utilities.data_classes.common import BaseProxyEvent

from tests.log_lines import LogLines
from tests.windvane.api.fake_classifier import (
    BrokenClassifier,
    FakeClassifier,
    MeetingClassifier,
)
from tests.windvane.api.serve_process import run_serve
from tests.windvane.conftest import log_lines
from tests.windvane.server.asgi_connection import (
    JSON_TYPE,
    Connection,
    SlowRoute,
    build_app,
    build_scope,
    call,
    request,
)
from windvane.api.classification_service import TextClassifier
from windvane.api.problems import ModelNotReadyError
from windvane.api.route import Route
from windvane.api.routes import build_routes
from windvane.api.routing import to_json_response
from windvane.facts import MAX_BODY_BYTES
from windvane.observability import logger
from windvane.server.admission import Admission
from windvane.server.asgi import BODY_SHARE, AsgiApp
from windvane.server.body_budget import BodyBudget, BodyShare
from windvane.server.request_reading import MAX_DRAINED_BYTES, BodyReader
from windvane.settings import Settings

__all__ = ["log_lines"]

SETTINGS = Settings(bundle_uri="", threads=1)
MEGABYTE = b" " * 1024 * 1024


@pytest.fixture
def pool() -> Iterator[ThreadPoolExecutor]:
    with ThreadPoolExecutor(1) as pool:
        yield pool


@pytest.fixture
def app(pool: ThreadPoolExecutor) -> AsgiApp:
    return build_app(build_routes(FakeClassifier, SETTINGS), pool)


def test_asgi_app_joins_a_body_that_comes_in_pieces(app: AsgiApp) -> None:
    answer = request(app, Connection([b'{"text": ', b'"any"', b"}"]))

    assert answer.status == 200
    assert json.loads(answer.body)["sentiment"] == "positive"


class PausingConnection(Connection):
    """Lets everything else run before it gives a piece, such as a time limit."""

    async def receive(self) -> dict[str, Any]:
        await asyncio.sleep(0)
        return await super().receive()


def test_asgi_app_needs_no_time_limit_for_a_body_that_has_arrived(
    pool: ThreadPoolExecutor,
) -> None:
    body = b'{"text": "any"}'
    share = BodyShare(BodyBudget())
    share.take(len(body))
    scope = build_scope() | {
        "headers": [JSON_TYPE, (b"content-length", str(len(body)).encode())],
        "state": {BODY_SHARE: share},
    }
    app = build_app(build_routes(FakeClassifier, SETTINGS), pool, reader=BodyReader(seconds=-1))
    arrived, late = PausingConnection([body]), PausingConnection([body])

    asyncio.run(call(app, scope, arrived))
    asyncio.run(call(app, {**scope, "state": {}}, late))

    assert (arrived.status, late.status) == (200, 408)


@pytest.mark.parametrize("path", ["/boom", "/boom/any"], ids=["exact", "parameter"])
def test_asgi_app_serves_path_parameters_and_survives_faults(
    pool: ThreadPoolExecutor, path: str, log_lines: LogLines
) -> None:
    def fail(_: BaseProxyEvent, **path_parameters: str) -> object:
        raise KeyError(*path_parameters.values())

    routes = [Route("GET", "/boom", fail), Route("GET", "/boom/<name>", fail, is_slow=True)]

    answer = request(build_app(routes, pool), Connection(), path=path)

    assert answer.status == 500
    assert json.loads(answer.body)["type"].endswith(":unexpected")
    assert [line["message"] for line in log_lines()] == ["unexpected error"]


def test_asgi_app_reads_a_large_body_to_its_end_before_it_refuses(app: AsgiApp) -> None:
    answer = request(app, Connection([MEGABYTE] * 10))

    assert answer.status == 413
    assert answer.given == 10 * len(MEGABYTE)
    assert answer.headers[b"connection"] == b"close"


def test_asgi_app_stops_reading_a_body_without_end(app: AsgiApp) -> None:
    answer = request(app, Connection(MEGABYTE for _ in iter(int, 1)))

    assert answer.status == 413
    assert answer.given <= MAX_DRAINED_BYTES + len(MEGABYTE)


def test_asgi_app_refuses_before_a_client_that_waits_sends(app: AsgiApp) -> None:
    length = str(MAX_BODY_BYTES + 1).encode()
    headers = [JSON_TYPE, (b"content-length", length), (b"expect", b"100-continue")]

    answer = request(app, Connection([MEGABYTE] * 10), headers=headers)

    assert answer.status == 413
    assert answer.given == 0


def test_asgi_app_says_nothing_to_a_client_that_is_gone(app: AsgiApp) -> None:
    answer = request(app, Connection([b'{"te'], gone=True))

    assert answer.status == 0


@pytest.mark.parametrize(
    ("query", "headers", "field"),
    [(b"\xff", [JSON_TYPE], "query"), (b"", [JSON_TYPE, (b"x-name", b"caf\xe9")], "headers")],
    ids=["query", "header"],
)
def test_asgi_app_refuses_what_is_not_utf8(
    app: AsgiApp, query: bytes, headers: list[tuple[bytes, bytes]], field: str
) -> None:
    answer = request(app, Connection([b'{"text": "a"}']), query=query, headers=headers)

    assert answer.status == 400
    assert json.loads(answer.body)["errors"] == [{"field": field, "rule": "UTF-8"}]


def test_asgi_app_runs_as_many_requests_at_once_as_the_pool_has_threads() -> None:
    everyone = Barrier(3, timeout=20)
    classifier = MeetingClassifier(everyone)
    callers = [Connection([b'{"text": "any"}']) for _ in range(2)]
    health = Connection()

    async def call_all(app: AsgiApp) -> None:
        waiting = [asyncio.create_task(call(app, build_scope(), caller)) for caller in callers]
        await call(app, build_scope("/health"), health)
        await asyncio.to_thread(everyone.wait)
        await asyncio.gather(*waiting)

    routes = build_routes(lambda: classifier, SETTINGS)
    admission = Admission(places=2, max_waiting=1)
    with ThreadPoolExecutor(2) as pool:
        asyncio.run(call_all(build_app(routes, pool, admission)))

    assert [answer.status for answer in (health, *callers)] == [200, 200, 200]


def test_asgi_app_answers_quick_routes_while_slow_ones_run(pool: ThreadPoolExecutor) -> None:
    slow_route = SlowRoute()
    app = build_app([*build_routes(FakeClassifier, SETTINGS), slow_route.route], pool)
    slow, health = Connection(), Connection()

    async def call_both() -> bool:
        running = asyncio.create_task(call(app, build_scope("/slow"), slow))
        await slow_route.wait_until_asked(1)
        await call(app, build_scope("/health"), health)
        is_running = not running.done()
        slow_route.let_answer()
        await running
        return is_running

    is_running = asyncio.run(call_both())

    assert is_running
    assert (health.status, slow.status) == (200, 200)


def test_asgi_app_answers_503_until_the_model_is_loaded(pool: ThreadPoolExecutor) -> None:
    def get_classifier() -> TextClassifier:
        raise ModelNotReadyError

    app = build_app(build_routes(get_classifier, SETTINGS), pool)

    health = request(app, Connection(), path="/health")
    sentiment = request(app, Connection([b'{"text": "any"}']))

    for answer in (health, sentiment):
        assert answer.status == 503
        assert answer.headers[b"retry-after"] == b"1"
        assert answer.headers[b"content-type"] == b"application/problem+json"


def test_asgi_app_answers_500_for_a_fault_of_ours_and_goes_on(
    pool: ThreadPoolExecutor, capfd: pytest.CaptureFixture[str]
) -> None:
    classifiers: list[Callable[[], TextClassifier]] = [BrokenClassifier, FakeClassifier]
    app = build_app(build_routes(lambda: classifiers.pop(0)(), SETTINGS), pool)

    failed = request(app, Connection([b'{"text": "xyzzy"}']))
    answered = request(app, Connection([b'{"text": "xyzzy"}']))

    problem = json.loads(failed.body)
    assert failed.status == 500
    assert problem["type"] == "urn:windvane:problem:unexpected"
    assert "the model failed" not in failed.body.decode()
    assert answered.status == 200
    assert "xyzzy" not in "".join(capfd.readouterr())


def test_answers_carry_their_length(tiny_bundle: Path) -> None:
    with run_serve("--bundle", str(tiny_bundle)) as server:
        answer = httpx.get(f"{server.url}/health")

    assert answer.headers["content-length"] == str(len(answer.content))
    assert "transfer-encoding" not in answer.headers


def test_asgi_app_names_the_request_in_its_log_lines(log_lines: LogLines) -> None:
    together = Barrier(2, timeout=20)

    def tell(event: BaseProxyEvent) -> Response[str]:
        together.wait()
        logger.info("told", body=event.body)
        together.wait()
        return to_json_response(event.body)

    async def call_both(app: AsgiApp) -> list[Connection]:
        scopes = [
            {**build_scope("/slow"), "headers": [JSON_TYPE, (b"x-correlation-id", name)]}
            for name in (b"one", b"two")
        ]
        connections = [Connection([b"of one"]), Connection([b"of two"])]
        pairs = zip(scopes, connections, strict=True)
        return await asyncio.gather(*(call(app, scope, caller) for scope, caller in pairs))

    with ThreadPoolExecutor(2) as pool:
        routes = [Route("POST", "/slow", tell, is_slow=True)]
        app = build_app(routes, pool, Admission(places=2, max_waiting=1))
        answers = asyncio.run(call_both(app))

    assert [answer.headers[b"x-correlation-id"] for answer in answers] == [b"one", b"two"]
    assert {line["correlation_id"]: line["body"] for line in log_lines()} == {
        "one": "of one",
        "two": "of two",
    }
