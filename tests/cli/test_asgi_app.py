"""The guard before the local server, spoken to in ASGI, and the answers for our own faults."""

import asyncio
import json
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier, Event
from typing import Any

import httpx
import pytest

from cli.asgi_app import MAX_DRAINED_BYTES, AsgiApp, build_asgi_app
from functions.classify_api.answering import TextClassifier
from functions.classify_api.api import build_routes
from functions.classify_api.problems import ModelNotReadyError
from functions.classify_api.request_body import MAX_BODY_BYTES
from functions.result_log.record import RecordMaker, ResultRecord
from functions.result_log.recorder import Recorder
from functions.settings import Settings
from tests.functions.classify_api.fake_classifier import (
    BrokenClassifier,
    FakeClassifier,
    MeetingClassifier,
)
from tests.functions.classify_api.serve_process import run_serve
from tests.functions.result_log.records import FakeResultLog, make_record

SETTINGS = Settings(bundle_uri="", threads=1)
JSON_TYPE = (b"content-type", b"application/json")
MEGABYTE = b" " * 1024 * 1024


@pytest.fixture
def pool() -> Iterator[ThreadPoolExecutor]:
    with ThreadPoolExecutor(1) as pool:
        yield pool


@pytest.fixture
def app(pool: ThreadPoolExecutor) -> AsgiApp:
    return build_asgi_app(build_routes(FakeClassifier, SETTINGS), pool)


class MeetingResultLog(FakeResultLog):
    """Says that a lookup has come, and answers it once it may."""

    def __init__(self) -> None:
        super().__init__()
        self.is_asked = Event()
        self.may_answer = Event()

    def read(self, result_id: str) -> ResultRecord | None:
        self.is_asked.set()
        self.may_answer.wait(20)
        return super().read(result_id)


class Connection:
    """One request in ASGI: gives the body piece by piece and keeps what is sent back."""

    def __init__(self, pieces: Iterable[bytes] = (), *, gone: bool = False) -> None:
        self.given = 0
        self.status = 0
        self.headers: dict[bytes, bytes] = {}
        self.body = b""
        self._pieces = iter(pieces)
        self._gone = gone

    async def receive(self) -> dict[str, Any]:
        for piece in self._pieces:
            self.given += len(piece)
            return {"type": "http.request", "body": piece, "more_body": True}
        return {"type": "http.disconnect" if self._gone else "http.request"}

    async def send(self, message: Any) -> None:
        if message["type"] == "http.response.start":
            self.status = message["status"]
            self.headers = dict(message["headers"])
        else:
            self.body += message["body"]


def _request(
    app: AsgiApp,
    connection: Connection,
    *,
    path: str = "/sentiment",
    query: bytes = b"",
    headers: Iterable[tuple[bytes, bytes]] = (JSON_TYPE,),
) -> Connection:
    scope = {**_scope(path), "query_string": query, "headers": list(headers)}
    asyncio.run(_call(app, scope, connection))
    return connection


def _scope(path: str = "/sentiment") -> dict[str, Any]:
    return {
        "type": "http",
        "method": "GET" if path == "/health" else "POST",
        "path": path,
        "query_string": b"",
        "headers": [JSON_TYPE],
    }


async def _call(app: AsgiApp, scope: dict[str, Any], connection: Connection) -> None:
    await app(scope, connection.receive, connection.send)


def test_asgi_app_joins_a_body_that_comes_in_pieces(app: AsgiApp) -> None:
    answer = _request(app, Connection([b'{"text": ', b'"any"', b"}"]))

    assert answer.status == 200
    assert json.loads(answer.body)["sentiment"] == "positive"


def test_asgi_app_reads_a_large_body_to_its_end_before_it_refuses(app: AsgiApp) -> None:
    answer = _request(app, Connection([MEGABYTE] * 10))

    assert answer.status == 413
    assert answer.given == 10 * len(MEGABYTE)
    assert answer.headers[b"connection"] == b"close"


def test_asgi_app_stops_reading_a_body_without_end(app: AsgiApp) -> None:
    answer = _request(app, Connection(MEGABYTE for _ in iter(int, 1)))

    assert answer.status == 413
    assert answer.given <= MAX_DRAINED_BYTES + len(MEGABYTE)


def test_asgi_app_refuses_before_a_client_that_waits_sends(app: AsgiApp) -> None:
    length = str(MAX_BODY_BYTES + 1).encode()
    headers = [JSON_TYPE, (b"content-length", length), (b"expect", b"100-continue")]

    answer = _request(app, Connection([MEGABYTE] * 10), headers=headers)

    assert answer.status == 413
    assert answer.given == 0


def test_asgi_app_says_nothing_to_a_client_that_is_gone(app: AsgiApp) -> None:
    answer = _request(app, Connection([b'{"te'], gone=True))

    assert answer.status == 0


@pytest.mark.parametrize(
    ("query", "headers", "field"),
    [(b"\xff", [JSON_TYPE], "query"), (b"", [JSON_TYPE, (b"x-name", b"caf\xe9")], "headers")],
    ids=["query", "header"],
)
def test_asgi_app_refuses_what_is_not_utf8(
    app: AsgiApp, query: bytes, headers: list[tuple[bytes, bytes]], field: str
) -> None:
    answer = _request(app, Connection([b'{"text": "a"}']), query=query, headers=headers)

    assert answer.status == 400
    assert json.loads(answer.body)["errors"] == [{"field": field, "rule": "UTF-8"}]


def test_asgi_app_runs_as_many_requests_at_once_as_the_pool_has_threads() -> None:
    everyone = Barrier(3, timeout=20)
    classifier = MeetingClassifier(everyone)
    callers = [Connection([b'{"text": "any"}']) for _ in range(2)]
    health = Connection()

    async def call_all(app: AsgiApp) -> None:
        waiting = [asyncio.create_task(_call(app, _scope(), caller)) for caller in callers]
        await _call(app, _scope("/health"), health)
        await asyncio.to_thread(everyone.wait)
        await asyncio.gather(*waiting)

    with ThreadPoolExecutor(2) as pool:
        asyncio.run(call_all(build_asgi_app(build_routes(lambda: classifier, SETTINGS), pool)))

    assert [answer.status for answer in (health, *callers)] == [200, 200, 200]


def test_asgi_app_answers_others_while_a_result_is_looked_up(pool: ThreadPoolExecutor) -> None:
    log = MeetingResultLog()
    recorder = Recorder(log, RecordMaker("none", 30))
    app = build_asgi_app(build_routes(FakeClassifier, SETTINGS, recorder), pool)
    lookup, health = Connection(), Connection()
    scope = {**_scope(f"/v1/results/{make_record().result_id}"), "method": "GET"}

    async def call_both() -> bool:
        waiting = asyncio.create_task(_call(app, scope, lookup))
        await asyncio.to_thread(log.is_asked.wait)
        is_waiting = not waiting.done()
        await _call(app, _scope("/health"), health)
        log.may_answer.set()
        await waiting
        return is_waiting

    is_waiting = asyncio.run(call_both())

    assert is_waiting
    assert (health.status, lookup.status) == (200, 404)


def test_asgi_app_answers_503_until_the_model_is_loaded(pool: ThreadPoolExecutor) -> None:
    def get_classifier() -> TextClassifier:
        raise ModelNotReadyError

    app = build_asgi_app(build_routes(get_classifier, SETTINGS), pool)

    health = _request(app, Connection(), path="/health")
    sentiment = _request(app, Connection([b'{"text": "any"}']))

    for answer in (health, sentiment):
        assert answer.status == 503
        assert answer.headers[b"retry-after"] == b"1"
        assert answer.headers[b"content-type"] == b"application/problem+json"


def test_asgi_app_answers_500_for_a_fault_of_ours_and_goes_on(
    pool: ThreadPoolExecutor, capfd: pytest.CaptureFixture[str]
) -> None:
    classifiers: list[Callable[[], TextClassifier]] = [BrokenClassifier, FakeClassifier]
    app = build_asgi_app(build_routes(lambda: classifiers.pop(0)(), SETTINGS), pool)

    failed = _request(app, Connection([b'{"text": "xyzzy"}']))
    answered = _request(app, Connection([b'{"text": "xyzzy"}']))

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
