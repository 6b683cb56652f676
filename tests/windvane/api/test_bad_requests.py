"""Every bad request, through the Lambda function and through the local server."""

import json

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from tests.windvane.api.bad_requests import BAD_REQUESTS, SENTINEL, BadRequest
from tests.windvane.api.clients import JSON_TYPE, Client, LambdaClient, post_json
from windvane.api.problems import PROBLEMS

TITLES = {(kind.type, kind.status, kind.title) for kind in PROBLEMS.values()}
JSON_VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(st.characters()),  # lone surrogates too
    lambda value: st.lists(value) | st.dictionaries(st.text() | st.just("text"), value),
    max_leaves=8,
)
# The client holds no state between requests, so that one serves every example.
MANY = settings(
    max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


@pytest.mark.parametrize("bad", BAD_REQUESTS, ids=lambda bad: bad.name)
def test_api_answers_a_bad_request_with_its_problem(client: Client, bad: BadRequest) -> None:
    answer = client.send(bad.method, bad.path, bad.body, bad.headers)

    assert answer.status == bad.status
    assert answer.headers["content-type"] == "application/problem+json"
    assert SENTINEL not in answer.body
    assert SENTINEL not in str(answer.headers)
    if bad.method != "HEAD":
        problem = answer.json
        assert problem["errors"] == [{"field": bad.field, "rule": bad.rule}]
        assert bad.field in problem["detail"]
        assert (problem["type"], problem["status"], problem["title"]) in TITLES
    assert client.send("GET", "/health").status == 200


@pytest.mark.parametrize(
    ("path", "allowed"), [("/sentiment", "POST, OPTIONS"), ("/health", "GET, HEAD, OPTIONS")]
)
def test_api_names_the_methods_a_route_has(client: Client, path: str, allowed: str) -> None:
    refused = client.send("DELETE", path)
    asked = client.send("OPTIONS", path)

    assert (refused.status, refused.headers["allow"]) == (405, allowed)
    assert (asked.status, asked.headers["allow"], asked.body) == (204, allowed, "")


def test_api_says_which_header_curl_lacks(client: Client) -> None:
    form = {"Content-Type": "application/x-www-form-urlencoded"}

    answer = client.send("POST", "/sentiment", b'{"text": "good"}', form)

    assert "-H 'content-type: application/json'" in answer.json["detail"]


@MANY
@given(value=JSON_VALUES, path=st.sampled_from(["/sentiment", "/v1/classify", "/v1/explain"]))
def test_api_never_fails_on_any_json(lambda_client: LambdaClient, value: object, path: str) -> None:
    answer = post_json(lambda_client, path, value)

    assert answer.status in {200, 400, 422}


@MANY
@given(value=JSON_VALUES)
def test_api_never_fails_on_any_text(client: Client, value: object) -> None:
    alone = post_json(client, "/sentiment", {"text": value})
    listed = post_json(client, "/v1/classify", {"texts": [value, "good"]})

    assert alone.status in {200, 400, 422}
    assert listed.status in {200, 400}
    if listed.status == 200:
        assert listed.json["results"][1]["label"] == "positive"


@MANY
@example(body=b"\x1f\x8b")
@given(body=st.binary(max_size=64))
def test_api_never_fails_on_any_bytes(client: Client, body: bytes) -> None:
    answer = client.send("POST", "/sentiment", body, JSON_TYPE)

    is_gzip = body.startswith(b"\x1f\x8b")
    assert answer.status in ({415} if is_gzip else {200, 400, 422})
    assert json.loads(answer.body)
