"""The id of a request: whose it is, where it is told, and that threads keep theirs apart."""

import contextvars
import re
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest

from tests.log_lines import LogLines
from tests.windvane.api.classified_texts import make_classified
from tests.windvane.api.clients import Client, post_json
from windvane.api.correlation import choose_correlation_id
from windvane.api.request_trace import begin_trace, current_trace
from windvane.observability import logger

MADE = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
METRIC = re.compile(r"[a-z]+;dur=[0-9]+\.[0-9]+")
BAD_IDS = ["", "a b", "x" * 129, "a\tb", "naïve", "a\\n", "<script>", "a,b"]


@pytest.mark.parametrize("sent", ["a", "x" * 128, "Az_09.:-", "Root:1"])
def test_choose_correlation_id_takes_the_callers(sent: str) -> None:
    assert choose_correlation_id({"x-correlation-id": sent, "x-request-id": "other"}) == sent
    assert choose_correlation_id({"x-request-id": sent}, "given") == sent


@pytest.mark.parametrize("sent", BAD_IDS)
def test_choose_correlation_id_leaves_what_may_not_be_repeated(sent: str) -> None:
    headers = {"x-correlation-id": sent}

    assert choose_correlation_id({**headers, "x-request-id": "next"}) == "next"
    assert choose_correlation_id(headers, "given") == "given"
    assert MADE.fullmatch(choose_correlation_id(headers))


def test_choose_correlation_id_makes_another_each_time() -> None:
    assert choose_correlation_id({}) != choose_correlation_id({})


@pytest.mark.parametrize(
    ("method", "path", "body", "status"),
    [
        ("POST", "/sentiment", b'{"text": "good"}', 200),
        ("POST", "/sentiment", b"{", 400),
        ("GET", "/sentiment", None, 405),
        ("OPTIONS", "/sentiment", None, 204),
        ("HEAD", "/health", None, 200),
        ("GET", "/nowhere", None, 404),
        ("POST", "/sentiment", b"x" * 7_000_000, 413),
    ],
    ids=["ok", "malformed", "method", "options", "head", "path", "large"],
)
def test_answers_name_their_request_and_its_time(
    client: Client, method: str, path: str, body: bytes | None, status: int
) -> None:
    headers = {"Content-Type": "application/json", "X-Correlation-Id": "mine-1"}

    answer = client.send(method, path, body, headers)

    assert answer.status == status
    assert answer.headers["x-correlation-id"] == "mine-1"
    assert answer.headers["server-timing"].startswith("total;dur=")


def test_answers_are_given_an_id_where_the_caller_sends_none(client: Client) -> None:
    answer = client.send("GET", "/health")

    assert MADE.fullmatch(answer.headers["x-correlation-id"])


@pytest.mark.parametrize(
    ("path", "body", "names"),
    [
        ("/sentiment", {"text": "good"}, ["total", "encode", "run", "log"]),
        ("/v1/classify", {"texts": ["good", "bad"]}, ["total", "encode", "run", "log"]),
        ("/v1/classify", {"texts": [""]}, ["total"]),
        ("/sentiment", {}, ["total"]),
    ],
    ids=["one", "several", "none-good", "refused"],
)
def test_server_timing_splits_the_time_of_texts(
    client: Client, path: str, body: object, names: list[str]
) -> None:
    timing = post_json(client, path, body).headers["server-timing"]

    metrics = timing.split(", ")
    assert all(METRIC.fullmatch(metric) for metric in metrics)
    assert [metric.partition(";")[0] for metric in metrics] == names


def test_trace_adds_up_what_its_texts_took() -> None:
    trace = begin_trace("one")

    trace.add(make_classified(["positive"]))
    trace.add(make_classified(["negative"]))

    timing = trace.to_headers()["Server-Timing"]
    assert timing.endswith(", encode;dur=1.00, run;dur=23.00, log;dur=5.00")


def test_log_lines_of_requests_side_by_side_keep_their_ids_apart(log_lines: LogLines) -> None:
    together = Barrier(4, timeout=20)

    def answer(number: int) -> None:
        begin_trace(f"request-{number}")
        together.wait()
        logger.info("told", number=number)
        together.wait()
        trace = current_trace()
        assert trace
        assert trace.correlation_id == f"request-{number}"

    with ThreadPoolExecutor(4) as pool:
        contexts = [contextvars.copy_context() for _ in range(4)]
        for done in [pool.submit(context.run, answer, i) for i, context in enumerate(contexts)]:
            done.result()

    told = {line["number"]: line["correlation_id"] for line in log_lines()}
    assert told == {number: f"request-{number}" for number in range(4)}
