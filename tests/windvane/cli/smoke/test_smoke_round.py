"""Steps against a service that answers what it must not."""

import json
from typing import Any

import pytest

from tests.windvane.cli.smoke.conftest import RunSmoke
from tests.windvane.cli.smoke.scripted_service import (
    CLASSIFIED,
    KEY,
    MODEL,
    ONE_RESULT,
    RESULT_ID,
    problem,
    run_scripted_service,
)
from windvane.facts import MAX_RESPONSE_BYTES

HEALTH, REFUSED, CLASSIFY = "GET /health", "GET /v1/model", "POST /sentiment"
READ, DELETE, GONE = f"GET {ONE_RESULT}", f"DELETE {ONE_RESULT}", "GET deleted"


def classified(**changed: Any) -> tuple[int, Any]:
    return 200, {**CLASSIFIED, **changed}


CASES: list[tuple[str, tuple[int, Any], str, str]] = [
    (HEALTH, problem(503, "model-not-ready"), "health", "503 model-not-ready"),
    (HEALTH, (200, {"status": "ok"}), "health", "200 without a model"),
    (HEALTH, (200, {"status": "sick", "model": MODEL}), "health", "200 OK"),
    (HEALTH, (200, b"<html>"), "health", "200 OK"),
    (HEALTH, (200, b"[" * 100_000), "health", "200 OK"),
    (HEALTH, (200, ["ok"]), "health", "200 OK"),
    (HEALTH, (301, None), "health", "301 Moved Permanently"),
    (HEALTH, (799, None), "health", "799"),
    (HEALTH, (0, None), "health", "the connection was closed before a response"),
    (REFUSED, (200, {}), "no key", "200 OK"),
    (REFUSED, problem(403, "filtered"), "no key", "403 filtered"),
    (REFUSED, (403, {"type": 5}), "no key", "403 Forbidden"),
    (CLASSIFY, problem(429, "throttled"), "classify", "429 throttled"),
    (CLASSIFY, (502, {"message": "no"}), "classify", "502 Bad Gateway"),
    (CLASSIFY, classified(sentiment="negative"), "classify", "scores that do not fit"),
    (CLASSIFY, classified(sentiment=["positive"]), "classify", "scores that do not fit"),
    (CLASSIFY, classified(score=0.5), "classify", "scores that do not fit"),
    (CLASSIFY, classified(scores={"positive": 0.9}), "classify", "scores that do not fit"),
    (CLASSIFY, classified(scores={"positive": "0.9"}), "classify", "scores that do not fit"),
    (CLASSIFY, classified(scores=None), "classify", "scores that do not fit"),
    (
        CLASSIFY,
        classified(sentiment="negative", scores={"negative": 0.9, "positive": 0.1}),
        "classify",
        "200 with the label negative",
    ),
    (CLASSIFY, classified(model="tiny"), "classify", "200 without a model"),
    (CLASSIFY, classified(model=None), "classify", "200 without a model"),
    (CLASSIFY, classified(logged=False), "classify", "the result was not logged"),
    (CLASSIFY, classified(result_id="../model"), "classify", "there is no result id"),
    (READ, problem(404, "result-not-found"), "listed", "404 result-not-found"),
    (READ, (200, {"result_id": RESULT_ID, "label": "no"}), "listed", "200 of another result"),
    (READ, (200, {"result_id": "other", "label": "positive"}), "listed", "another result"),
    (DELETE, (200, {}), "deleted", "200 OK"),
    (GONE, (200, {"result_id": RESULT_ID}), "gone", "200 OK"),
    (GONE, (404, {}), "gone", "404 Not Found"),
]


@pytest.mark.parametrize(
    ("request_line", "answer", "step", "got"), CASES, ids=[f"{c[2]}-{c[3]}" for c in CASES]
)
def test_step_that_fails_says_what_was_expected_and_came(
    run_smoke: RunSmoke, request_line: str, answer: tuple[int, Any], step: str, got: str
) -> None:
    with run_scripted_service({request_line: answer}) as service:
        result = run_smoke("--url", service.url, "--key", KEY, "--json")

    failed = [s for s in json.loads(result.output)["steps"] if s["outcome"] == "failed"]
    assert result.exit_code == 1
    assert failed[0]["step"] == step
    assert got in failed[0]["got"]
    assert failed[0]["expected"]


def test_smoke_of_a_good_service_succeeds(run_smoke: RunSmoke) -> None:
    with run_scripted_service({}) as service:
        result = run_smoke("--url", service.url, "--key", KEY)

    assert result.exit_code == 0, result.output


def test_key_is_sent_where_it_is_needed_alone(run_smoke: RunSmoke) -> None:
    with run_scripted_service({}) as service:
        run_smoke("--url", service.url, "--key", KEY)

    keys = [headers.get("x-api-key") for _, _, headers in service.sent]
    assert keys == [None, None, KEY, KEY, KEY, KEY]
    assert len({headers["x-correlation-id"] for _, _, headers in service.sent}) == 1


def test_result_is_deleted_although_it_could_not_be_read(run_smoke: RunSmoke) -> None:
    with run_scripted_service({READ: (500, None)}) as service:
        run_smoke("--url", service.url, "--key", KEY)

    assert [method for method, _, _ in service.sent][-2:] == ["DELETE", "GET"]


def test_redirect_is_not_followed(run_smoke: RunSmoke) -> None:
    with run_scripted_service({}) as other, run_scripted_service({CLASSIFY: (307, None)}) as first:
        first.headers["Location"] = f"{other.url}/sentiment"
        result = run_smoke("--url", first.url, "--key", KEY)

    assert result.exit_code == 1
    assert other.sent == []


def test_response_that_is_too_large_is_not_read_to_its_end(run_smoke: RunSmoke) -> None:
    with run_scripted_service({HEALTH: (200, b" " * (MAX_RESPONSE_BYTES + 1))}) as service:
        result = run_smoke("--url", service.url, "--key", KEY)

    assert f"no response of at most {MAX_RESPONSE_BYTES} bytes" in result.output


def test_label_cannot_control_the_terminal(run_smoke: RunSmoke) -> None:
    label = "\x1b[31mred"
    answer = classified(sentiment=label, score=1, scores={label: 1})
    with run_scripted_service({CLASSIFY: answer}) as service:
        result = run_smoke("--url", service.url, "--key", KEY)

    assert "\x1b" not in result.output
    assert "\\x1b[31mred" in result.output


def test_proxy_of_the_environment_is_used_for_other_hosts_than_this(run_smoke: RunSmoke) -> None:
    with run_scripted_service({}) as proxy:
        proxies = {"http_proxy": f"http://user:pass@{proxy.url.removeprefix('http://')}"}
        through = run_smoke("--url", "http://windvane.test", "--key", KEY, **proxies)
        asked = len(proxy.sent)
        around = run_smoke("--url", "http://127.0.0.1:9", "--key", KEY, **proxies)

    assert (through.exit_code, asked) == (0, 6)
    assert all("proxy-authorization" in headers for _, _, headers in proxy.sent)
    assert (around.exit_code, len(proxy.sent)) == (1, 6)
    assert "user:pass" not in through.output + around.output
