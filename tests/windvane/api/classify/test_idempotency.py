"""Requests with an Idempotency-Key, through the function and through the local server."""

import json
import zlib
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, suppress
from contextvars import copy_context
from pathlib import Path
from threading import Barrier
from typing import Any
from uuid import uuid4

import msgspec
import pytest
from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.utilities.data_classes import APIGatewayProxyEvent
from aws_lambda_powertools.utilities.data_classes.common import BaseProxyEvent

from tests.moto_server import MotoServer
from tests.windvane.api.clients import JSON_TYPE, Answer, Client
from tests.windvane.api.events import build_rest_event
from tests.windvane.result_log.records import (
    MAKER,
    PREDICTION,
    FakeIdempotencyRecords,
    FakeResultLog,
    give_moto_time,
)
from windvane.api.caller import Caller, set_caller
from windvane.api.classify.idempotency import respond_once
from windvane.api.problems import (
    PROBLEMS,
    FieldRuleError,
    KeyInUseError,
    KeyReusedError,
    LogUnavailableError,
    ModelNotReadyError,
)
from windvane.api.routing import to_json_response
from windvane.result_log.errors import ResultLogUnavailableError
from windvane.result_log.idempotency_records import HELD_CLAIMS, ClaimedKey, KeyClaim
from windvane.result_log.query import ResultQuery
from windvane.result_log.recorder import RecordedRequest, Recorder
from windvane.result_log.result_log import ResultLog, open_result_log

TEXT = {"text": "good xyzzy-private"}
ROUTES = {
    "/sentiment": TEXT,
    "/v1/classify": {"texts": ["good xyzzy-private", "", "bad"]},
}
THREADS = 16
LOGS = ["dynamodb", "sqlite"]


def _send(client: Client, path: str, value: object, key: str) -> Answer:
    headers = {**JSON_TYPE, "Idempotency-Key": key}
    return client.send("POST", path, json.dumps(value).encode(), headers)


def _new_key() -> str:
    return str(uuid4())


def _count_results(client: Client) -> int:
    return len(client.send("GET", "/v1/results?limit=200").json["results"])


@pytest.mark.parametrize("path", ROUTES)
def test_request_that_is_sent_again_gets_the_first_answer_and_one_record(
    recording_client: Client, path: str
) -> None:
    key = _new_key()
    first = _send(recording_client, path, ROUTES[path], key)
    recorded = _count_results(recording_client)

    again = [_send(recording_client, path, ROUTES[path], key) for _ in range(3)]

    assert first.status == 200
    assert "idempotency-replayed" not in first.headers
    assert [(a.status, a.body) for a in again] == [(200, first.body)] * 3
    assert {a.headers["idempotency-replayed"] for a in again} == {"true"}
    assert {a.headers["content-type"] for a in again} == {"application/json"}
    assert _count_results(recording_client) == recorded


def test_requests_without_a_key_are_answered_anew(recording_client: Client) -> None:
    body = json.dumps(TEXT).encode()

    ids = {
        recording_client.send("POST", "/sentiment", body, JSON_TYPE).json["result_id"]
        for _ in range(3)
    }

    assert len(ids) == 3


@pytest.mark.parametrize(
    ("path", "value"),
    [("/sentiment", {"text": "bad"}), ("/v1/classify", TEXT), ("/sentiment", {})],
    ids=["other-text", "other-path", "bad-request"],
)
def test_key_that_comes_with_another_request_is_refused(
    recording_client: Client, path: str, value: object
) -> None:
    key = _new_key()
    _send(recording_client, "/sentiment", TEXT, key)

    other = _send(recording_client, path, value, key)

    assert (other.status, other.json["type"]) == (422, PROBLEMS[KeyReusedError].type)
    assert other.json["errors"][0]["field"] == "idempotency-key"
    assert key not in other.body


def test_key_of_a_request_that_was_refused_is_free_again(recording_client: Client) -> None:
    key = _new_key()
    refused = _send(recording_client, "/sentiment", {"text": ""}, key)

    answered = _send(recording_client, "/sentiment", TEXT, key)

    assert (refused.status, answered.status) == (422, 200)
    assert "idempotency-replayed" not in answered.headers


@pytest.mark.parametrize("key", ["", "a b", "a" * 256, "a\tb"])
def test_key_breaks_its_rule(recording_client: Client, key: str) -> None:
    answer = _send(recording_client, "/sentiment", TEXT, key)

    assert answer.status == 422
    assert answer.json["errors"] == [
        {"field": "idempotency-key", "rule": "1 to 255 visible ASCII characters"}
    ]


@pytest.mark.parametrize("key", ["a", "!~", "a" * 255])
def test_key_keeps_its_rule(client: Client, key: str) -> None:
    assert _send(client, "/sentiment", TEXT, key).status == 200


def test_key_does_nothing_where_no_results_are_recorded(client: Client) -> None:
    key = _new_key()

    answers = [_send(client, "/sentiment", TEXT, key) for _ in range(2)]

    assert [answer.status for answer in answers] == [200, 200]
    assert answers[0].json == answers[1].json
    assert "idempotency-replayed" not in answers[1].headers


def test_request_with_a_key_is_not_answered_without_the_log(cut_off_client: Client) -> None:
    answer = _send(cut_off_client, "/sentiment", TEXT, _new_key())

    assert (answer.status, answer.headers["retry-after"]) == (503, "1")
    assert answer.json["type"] == PROBLEMS[LogUnavailableError].type


# A function is sent one request at a time.
@pytest.mark.parametrize("recording_client", ["local"], indirect=True)
def test_request_sent_many_times_at_once_is_recorded_once(recording_client: Client) -> None:
    key, before = _new_key(), _count_results(recording_client)
    barrier = Barrier(4)

    def send(_: int) -> Answer:
        barrier.wait()
        return _send(recording_client, "/sentiment", TEXT, key)

    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(send, range(4)))

    assert {answer.status for answer in answers} <= {200, 409}
    assert len({answer.body for answer in answers if answer.status == 200}) == 1
    assert _count_results(recording_client) == before + 1


# Below, the wrapper by itself.


def build_event(*, path: str = "/sentiment", body: bytes = b"{}") -> BaseProxyEvent:
    return APIGatewayProxyEvent(build_rest_event("POST", path, body, JSON_TYPE))


class CountingAnswer:
    """Answers with how often it was asked, or fails."""

    def __init__(self, error: BaseException | None = None) -> None:
        self.asked = 0
        self._error = error

    def __call__(self, _: BaseProxyEvent) -> Response[str]:
        self.asked += 1
        if self._error:
            raise self._error
        return to_json_response({"asked": self.asked})


def _fail() -> None:
    raise ResultLogUnavailableError("sqlite is away")


def test_callers_with_different_api_keys_do_not_share_keys() -> None:
    kept, answer = FakeIdempotencyRecords(), CountingAnswer()

    def respond(key_id: str) -> str | None:
        set_caller(Caller(key_id))
        return respond_once(answer, build_event(), "key", kept).body

    bodies = [copy_context().run(respond, key_id) for key_id in ("a", "b", "a")]

    assert bodies == ['{"asked":1}', '{"asked":2}', '{"asked":1}']


def test_request_that_is_being_answered_is_in_use() -> None:
    kept = FakeIdempotencyRecords()
    inner = CountingAnswer()

    def answer(event: BaseProxyEvent) -> Response[str]:
        with pytest.raises(KeyInUseError) as caught:
            respond_once(inner, event, "key", kept)
        assert caught.value.headers == {"Retry-After": "1"}
        return to_json_response({})

    respond_once(answer, build_event(), "key", kept)

    assert inner.asked == 0


@pytest.mark.parametrize(
    "error",
    [FieldRuleError("text", "not blank"), ModelNotReadyError(), ValueError(), KeyboardInterrupt()],
    ids=lambda error: type(error).__name__,
)
def test_error_gives_the_key_back(error: BaseException) -> None:
    kept = FakeIdempotencyRecords()

    with pytest.raises(type(error)):
        respond_once(CountingAnswer(error), build_event(), "key", kept)

    assert respond_once(CountingAnswer(), build_event(), "key", kept).body == '{"asked":1}'


def test_error_stays_what_it_is_where_the_key_cannot_be_given_back(
    log_lines: Callable[[], list[dict[str, Any]]],
) -> None:
    kept = FakeIdempotencyRecords()

    def answer(_: BaseProxyEvent) -> Response[str]:
        kept.fail = _fail
        raise ModelNotReadyError

    with pytest.raises(ModelNotReadyError):
        respond_once(answer, build_event(), "key", kept)

    assert [line["message"] for line in log_lines()] == ["idempotency key not released"]


def test_response_is_sent_where_it_cannot_be_stored(
    log_lines: Callable[[], list[dict[str, Any]]],
) -> None:
    kept = FakeIdempotencyRecords()

    def answer(_: BaseProxyEvent) -> Response[str]:
        kept.fail = _fail
        return to_json_response({"sentiment": "positive"})

    response = respond_once(answer, build_event(), "key", kept)

    assert response.body == '{"sentiment":"positive"}'
    assert [line["message"] for line in log_lines()] == ["response not stored"]


def test_what_is_kept_holds_neither_key_nor_text() -> None:
    kept = FakeIdempotencyRecords()
    body = json.dumps(TEXT).encode()

    respond_once(CountingAnswer(), build_event(body=body), "key-xyzzy", kept)

    [(key_hash, claimed)] = kept.kept.items()
    assert claimed.stored_response is not None
    assert zlib.decompress(claimed.stored_response) == b'{"asked":1}'
    assert "xyzzy" not in f"{key_hash}{claimed.request_hash}"


def test_same_text_under_two_keys_has_two_hashes() -> None:
    kept = FakeIdempotencyRecords()

    for key in ("one", "two"):
        respond_once(CountingAnswer(), build_event(), key, kept)

    assert len({claimed.request_hash for claimed in kept.kept.values()}) == 2


@pytest.fixture(params=LOGS)
def result_log(
    request: pytest.FixtureRequest,
    monkeypatch: pytest.MonkeyPatch,
    moto_server: MotoServer,
    tmp_path: Path,
) -> Iterator[ResultLog]:
    """Each kind of log in turn."""
    give_moto_time(monkeypatch)
    uris = {
        "dynamodb": f"dynamodb://{moto_server.make_result_table()}",
        "sqlite": f"sqlite:///{tmp_path}/results.db",
    }
    log = open_result_log(uris[request.param], moto_server.environ, retention_days=1)
    assert log is not None
    with closing(log):
        yield log


def test_one_key_sent_by_many_threads_at_once_makes_one_record(result_log: ResultLog) -> None:
    recorder = Recorder(result_log, MAKER)
    barrier = Barrier(THREADS)

    def answer(_: BaseProxyEvent) -> Response[str]:
        recorded = recorder.record(
            ["good"], [PREDICTION], RecordedRequest(model="tiny@0", route="/sentiment")
        )
        return to_json_response(recorded.result_ids)

    def send(_: int) -> str | None:
        barrier.wait()
        try:
            return respond_once(answer, build_event(), "key", result_log.idempotency_records).body
        except KeyInUseError:
            return None

    with ThreadPoolExecutor(THREADS) as pool:
        bodies = {body for body in pool.map(send, range(THREADS)) if body is not None}

    [record] = result_log.list(ResultQuery()).results
    assert [json.loads(body) for body in bodies] == [[record.result_id]]


def test_claim_that_fails_is_not_answered() -> None:
    answer = CountingAnswer()

    with pytest.raises(LogUnavailableError):
        respond_once(
            answer, build_event(), "key", FakeResultLog(reason="sqlite is away").idempotency_records
        )

    assert answer.asked == 0


def test_claimant_that_lost_its_claim_stores_nothing_and_says_so(
    log_lines: Callable[[], list[dict[str, Any]]], result_log: ResultLog
) -> None:
    records = result_log.idempotency_records
    held: list[KeyClaim] = []

    def answer(_: BaseProxyEvent) -> Response[str]:
        """Take the claim over, as another request does after the lease."""
        held.extend(HELD_CLAIMS._renewed)
        records.release(held[0])
        records.claim(msgspec.structs.replace(held[0], claimant="another"))
        return to_json_response({"from": "the first"})

    response = respond_once(answer, build_event(), "key", records)

    [line] = log_lines()
    assert response.body == '{"from":"the first"}'
    assert line["message"] == "response not stored"
    assert line["reason"] == "another request has taken over the key"
    assert records.claim(held[0]) == ClaimedKey(held[0].request_hash, None)


@pytest.mark.parametrize("error", [None, ValueError()], ids=["answered", "failed"])
def test_claim_is_held_only_while_its_request_is_served(error: BaseException | None) -> None:
    with suppress(ValueError):
        respond_once(CountingAnswer(error), build_event(), "key", FakeIdempotencyRecords())

    assert not HELD_CLAIMS._renewed


@pytest.mark.parametrize("stored", [b"", b"xyzzy", zlib.compress(b"\xff")], ids=repr)
def test_damaged_response_is_a_problem_and_not_repeated(
    log_lines: Callable[[], list[dict[str, Any]]], stored: bytes
) -> None:
    kept = FakeIdempotencyRecords()
    respond_once(CountingAnswer(), build_event(), "key", kept)
    [(key_hash, claimed)] = kept.kept.items()
    kept.kept[key_hash] = ClaimedKey(claimed.request_hash, stored)

    with pytest.raises(LogUnavailableError):
        respond_once(CountingAnswer(), build_event(), "key", kept)

    assert [line["message"] for line in log_lines()] == ["stored response damaged"]
