from typing import Any

import pytest

from functions.classify_api.cross_origin import list_cross_origin_headers
from tests.functions.classify_api.lambda_process import start_lambda_app
from tests.windvane.api.events import build_rest_event
from tests.windvane.api.lambda_context import FakeLambdaContext
from windvane import facts
from windvane.server import access_guard

ORIGIN = "https://app.example.com"


@pytest.mark.parametrize("name", ["Origin", "origin"])
def test_page_of_an_allowed_origin_may_read_the_response(name: str) -> None:
    headers = list_cross_origin_headers({name: ORIGIN}, ("https://b.example.com", ORIGIN))

    assert headers["Access-Control-Allow-Origin"] == ORIGIN
    assert "x-correlation-id" in headers["Access-Control-Expose-Headers"]


@pytest.mark.parametrize("headers", [None, {}, {"Origin": "https://other.example.com"}])
def test_page_of_another_origin_may_not(headers: dict[str, str] | None) -> None:
    assert list_cross_origin_headers(headers, (ORIGIN,)) == {"Vary": "Origin"}


def test_responses_have_no_header_of_origins_by_default() -> None:
    assert list_cross_origin_headers({"Origin": ORIGIN}, ()) == {}


@pytest.mark.parametrize("path", ["/health", "/v1/model", "/nope"])
def test_function_adds_the_headers_to_every_response(environ: dict[str, str], path: str) -> None:
    app = start_lambda_app({**environ, "WINDVANE_ALLOWED_ORIGINS": ORIGIN})
    event: dict[str, Any] = build_rest_event("GET", path)
    event["headers"] = {**(event["headers"] or {}), "origin": ORIGIN}

    response = app.resolve(event, FakeLambdaContext())

    assert response["multiValueHeaders"]["Access-Control-Allow-Origin"] == [ORIGIN]


def test_local_server_lets_pages_send_and_read_the_same() -> None:
    preflight, answer = access_guard.PREFLIGHT_HEADERS, access_guard.CORS_HEADERS

    assert preflight["Access-Control-Allow-Methods"] == ", ".join(facts.CORS_METHODS)
    assert preflight["Access-Control-Allow-Headers"] == ", ".join(facts.CORS_HEADERS)
    assert preflight["Access-Control-Max-Age"] == str(facts.CORS_MAX_AGE_SECONDS)
    assert answer["Access-Control-Expose-Headers"] == ", ".join(facts.CORS_EXPOSED_HEADERS)
