"""Events that are no requests of the REST API: none of them fails an invocation."""

import json
from typing import Any

import pytest

from functions.classify_api.lambda_app import LambdaApp
from tests.functions.classify_api.aws_events import (
    HTTP_EVENTS,
    INVOCATION_ID,
    OTHER_EVENTS,
    REST_SAMPLE,
    WORD,
    build_balancer_event,
    read_samples,
)
from tests.functions.classify_api.lambda_process import start_lambda_app
from tests.log_lines import LogLines
from tests.windvane.api.clients import JSON_TYPE
from tests.windvane.api.events import build_rest_event
from tests.windvane.api.lambda_context import FakeLambdaContext
from windvane.facts import PROBLEM_TYPE

REQUEST = build_rest_event(
    "POST", "/sentiment", b'{"text": "good"}', {**JSON_TYPE, "Idempotency-Key": "one"}
)
WRONG_VALUES = (None, 5, "x", ["x"], {"content-type": 5}, {"content-type": None}, {"identity": 5})
BROKEN_REQUESTS = [
    *({k: v for k, v in REQUEST.items() if k != field} for field in REQUEST),
    *({**REQUEST, field: value} for field in REQUEST for value in WRONG_VALUES),
    {**build_rest_event("GET", "/v1/results?limit=1"), "queryStringParameters": {"limit": 1}},
    {**build_rest_event("GET", "/v1/results"), "multiValueQueryStringParameters": {"limit": 1}},
]


@pytest.fixture(scope="module")
def app(environ: dict[str, str]) -> LambdaApp:
    return start_lambda_app(environ)


def answer(app: LambdaApp, event: Any) -> dict[str, Any]:
    """Invoke the function; what it answers has to be JSON."""
    answered: dict[str, Any] = json.loads(json.dumps(app.resolve(event, FakeLambdaContext())))
    return answered


@pytest.mark.parametrize(
    ("event", "kind"), OTHER_EVENTS, ids=[json.dumps(event)[:40] for event, _ in OTHER_EVENTS]
)
def test_other_event_gets_a_log_line_with_its_kind_and_an_answer(
    app: LambdaApp, log_lines: LogLines, event: Any, kind: str
) -> None:
    answered = answer(app, event)

    [line] = log_lines()
    assert (line["message"], line["kind"]) == ("event not served", kind)
    assert line["level"] == ("INFO" if kind == "ping" else "WARNING")
    assert line["correlation_id"] == INVOCATION_ID
    assert answered["received"] == kind
    assert "API Gateway REST API" in answered["message"]
    assert WORD not in json.dumps([line, answered])


def test_other_event_is_told_an_event_that_is_served(app: LambdaApp) -> None:
    answered = answer(app, {"key1": "value1"})

    assert answer(app, answered["takes"])["statusCode"] == 200


@pytest.mark.parametrize("kind", HTTP_EVENTS)
def test_request_past_the_rest_api_is_refused(
    app: LambdaApp, log_lines: LogLines, kind: str
) -> None:
    answered = answer(app, HTTP_EVENTS[kind])

    [line] = log_lines()
    problem = json.loads(answered["body"])
    assert (line["message"], line["kind"]) == ("event not served", kind)
    assert (answered["statusCode"], problem["status"]) == (404, 404)
    assert problem["type"] == "urn:windvane:problem:route-not-found"
    assert "REST API, which checks API keys" in problem["detail"]
    assert answered["headers"]["Content-Type"] == PROBLEM_TYPE
    assert answered["headers"]["X-Correlation-Id"] == INVOCATION_ID
    assert WORD not in json.dumps([line, answered])


@pytest.mark.parametrize("multi_value", [True, False])
def test_load_balancer_gets_headers_of_the_form_that_it_sent(
    app: LambdaApp, multi_value: bool
) -> None:
    answered = answer(app, build_balancer_event(multi_value=multi_value))

    assert answered["statusDescription"] == "404 Not Found"
    assert ("multiValueHeaders" in answered) is multi_value
    if multi_value:
        assert answered["multiValueHeaders"]["Content-Type"] == [PROBLEM_TYPE]


def test_request_of_an_emulated_rest_api_is_served(app: LambdaApp) -> None:
    answered = answer(app, {**REQUEST, "version": "1.0"})

    assert answered["statusCode"] == 200


def test_every_sample_of_aws_is_answered(app: LambdaApp, log_lines: LogLines) -> None:
    samples = dict(read_samples())
    assert len(samples) > 50

    for name, event in samples.items():
        is_request = name == REST_SAMPLE
        answered = answer(app, event)
        assert ("received" in answered) or answered["statusCode"] == 404, name
        assert ("multiValueHeaders" in answered) is is_request, name

    assert len(log_lines()) == len(samples) - 1
    assert WORD not in json.dumps(log_lines())


@pytest.mark.parametrize("event", BROKEN_REQUESTS, ids=range(len(BROKEN_REQUESTS)))
def test_broken_request_is_answered(app: LambdaApp, log_lines: LogLines, event: Any) -> None:
    answered = answer(app, event)

    lines = log_lines()
    if "httpMethod" not in event:
        assert answered["received"] == "object"
        return
    assert answered["statusCode"] in {200, 400, 404, 405, 415}
    assert len(answered["multiValueHeaders"]["X-Correlation-Id"]) == 1
    assert [line["kind"] for line in lines] in ([], ["malformed request"])
    if lines:
        problem = json.loads(answered["body"])
        assert problem["type"] == "urn:windvane:problem:malformed-request"
        assert problem["errors"][0]["field"] == lines[0]["field"]


@pytest.mark.parametrize(
    ("field", "value", "status"),
    [
        ("requestContext", None, 200),
        ("requestContext", {"identity": None}, 200),
        ("multiValueHeaders", None, 200),
        ("headers", None, 415),
        ("path", None, 400),
        ("body", {"text": "good"}, 400),
        ("isBase64Encoded", True, 400),
    ],
)
def test_request_with_one_odd_field_has_a_status(
    app: LambdaApp, field: str, value: Any, status: int
) -> None:
    answered = answer(app, {**REQUEST, field: value})

    assert answered["statusCode"] == status


def test_request_with_odd_headers_is_answered_where_origins_are_allowed(
    environ: dict[str, str],
) -> None:
    app = start_lambda_app({**environ, "WINDVANE_ALLOWED_ORIGINS": "https://example.com"})

    answered = answer(app, {**build_rest_event("GET", "/health"), "headers": 5})

    assert answered["statusCode"] == 400


def test_ping_that_starts_the_function_counts_as_its_cold_start(
    environ: dict[str, str], capsys: pytest.CaptureFixture[str]
) -> None:
    app = start_lambda_app(environ)

    answer(app, {"ping": True})
    answer(app, build_rest_event("GET", "/health"))

    counted = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    cold_starts = [line for line in counted if "ColdStart" in line]
    assert [line["correlation_id"] for line in cold_starts] == [INVOCATION_ID]
