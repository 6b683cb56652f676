"""Results that are recorded and looked up, through the function and through the local server."""

import uuid
from urllib.parse import quote

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from functions.classify_api.problems import PROBLEMS, LogUnavailableError, ResultNotFoundError
from tests.functions.classify_api.clients import Client, LambdaClient, post_json

UNKNOWN = "019aadd3-5a4f-7c1e-9d02-6b1f0a7c5e48"
FAR_FUTURE = "ffffffff-ffff-7fff-bfff-ffffffffffff"
ALLOWED = "GET, HEAD, OPTIONS"
LABELS = {"good": "positive", "bad": "negative", "table": "neutral"}


def _path(result_id: str) -> str:
    return f"/v1/results/{result_id}"


def test_sentiment_says_which_result_it_recorded(recording_client: Client) -> None:
    answer = post_json(recording_client, "/sentiment", {"text": "good"}).json

    assert set(answer) == {"sentiment", "score", "scores", "model", "result_id", "logged"}
    assert answer["logged"] is True
    assert uuid.UUID(answer["result_id"]).version == 7


def test_classify_names_the_result_of_each_text_that_it_answered(recording_client: Client) -> None:
    texts = ["good", "", "bad", 3, "table"]

    results = post_json(recording_client, "/v1/classify", {"texts": texts}).json["results"]

    good, blank, bad, number, table = results
    assert all(result["logged"] is True for result in (good, bad, table))
    assert len({result["result_id"] for result in (good, bad, table)}) == 3
    assert set(blank) == set(number) == {"error"}


def test_classify_names_nothing_where_every_text_is_bad(recording_client: Client) -> None:
    answer = post_json(recording_client, "/v1/classify", {"texts": ["", 3]})

    assert answer.status == 200
    assert all(set(result) == {"error"} for result in answer.json["results"])


def test_answers_name_no_result_where_none_are_recorded(client: Client) -> None:
    one = post_json(client, "/sentiment", {"text": "good"}).json
    [listed] = post_json(client, "/v1/classify", {"texts": ["good"]}).json["results"]

    assert not {"result_id", "logged"} & (set(one) | set(listed))


def test_result_is_what_was_answered(recording_client: Client) -> None:
    answer = post_json(recording_client, "/sentiment", {"text": "good table"}).json

    found = recording_client.send("GET", _path(answer["result_id"]))

    assert (found.status, found.headers["content-type"]) == (200, "application/json")
    record = found.json
    assert record["result_id"] == answer["result_id"]
    assert (record["label"], record["score"]) == (answer["sentiment"], answer["score"])
    assert (record["scores"], record["model"]) == (answer["scores"], answer["model"])
    assert (record["chars"], record["route"]) == (len("good table"), "/sentiment")
    assert "text" not in record


def test_results_of_a_batch_are_those_of_its_texts(recording_client: Client) -> None:
    texts = [*LABELS] * 33

    results = post_json(recording_client, "/v1/classify", {"texts": texts}).json["results"]

    found = [recording_client.send("GET", _path(result["result_id"])).json for result in results]
    assert [(record["label"], record["chars"]) for record in found] == [
        (LABELS[text], len(text)) for text in texts
    ]


def test_result_that_is_not_there_is_not_found(recording_client: Client) -> None:
    answer = recording_client.send("GET", _path(UNKNOWN))

    assert answer.status == 404
    assert answer.json["type"] == PROBLEMS[ResultNotFoundError].type


def test_result_is_not_found_where_none_are_recorded(client: Client) -> None:
    answer = client.send("GET", _path(UNKNOWN))

    assert answer.status == 404
    assert answer.json["type"] == PROBLEMS[ResultNotFoundError].type


@pytest.mark.parametrize(
    "result_id",
    ["xyzzy", UNKNOWN.upper(), UNKNOWN[:-1], UNKNOWN.replace("-", ""), FAR_FUTURE],
    ids=["word", "upper-case", "short", "no-dashes", "far-future"],
)
def test_result_id_that_is_none_breaks_a_rule(recording_client: Client, result_id: str) -> None:
    answer = recording_client.send("GET", _path(result_id))

    assert answer.status == 422
    assert [error["field"] for error in answer.json["errors"]] == ["result_id"]
    assert result_id not in answer.body


@pytest.mark.parametrize("odd", ['"', "\\", "#", "?", "`", "\N{SNOWMAN}", "\0", "a b", "%2e", "<>"])
def test_result_id_of_odd_characters_is_no_other_fault(recording_client: Client, odd: str) -> None:
    answer = recording_client.send("GET", _path(quote(odd)))

    assert answer.status in {404, 422}


def test_result_is_headed_as_it_is_got(recording_client: Client) -> None:
    answer = post_json(recording_client, "/sentiment", {"text": "good"}).json
    path = _path(answer["result_id"])

    found, headed = (recording_client.send(method, path) for method in ("GET", "HEAD"))

    assert (headed.status, headed.body) == (200, "")
    assert headed.headers["content-type"] == found.headers["content-type"]
    assert recording_client.send("HEAD", _path(UNKNOWN)).status == 404


@pytest.mark.parametrize("path", [_path(UNKNOWN), _path("xyzzy"), f"{_path(UNKNOWN)}/"])
def test_result_names_the_methods_it_has(client: Client, path: str) -> None:
    refused = [client.send(method, path) for method in ("POST", "PUT", "PATCH", "DELETE")]
    asked = client.send("OPTIONS", path)

    assert [(answer.status, answer.headers["allow"]) for answer in refused] == [(405, ALLOWED)] * 4
    assert (asked.status, asked.headers["allow"], asked.body) == (204, ALLOWED, "")


@pytest.mark.parametrize("path", ["/v1/results", "/v1/results/", f"{_path(UNKNOWN)}/text"])
@pytest.mark.parametrize("method", ["GET", "POST", "OPTIONS"])
def test_paths_beside_a_result_are_no_routes(client: Client, method: str, path: str) -> None:
    assert client.send(method, path).status == 404


def test_answers_come_without_the_log(cut_off_client: Client) -> None:
    one = post_json(cut_off_client, "/sentiment", {"text": "good"})
    many = post_json(cut_off_client, "/v1/classify", {"texts": ["good", "", "bad"]})

    good, _, bad = many.json["results"]
    assert (one.status, many.status) == (200, 200)
    assert one.json["sentiment"] == good["label"] == "positive"
    assert [answer["logged"] for answer in (one.json, good, bad)] == [False] * 3
    assert len({answer["result_id"] for answer in (one.json, good, bad)}) == 3


def test_result_says_that_the_log_does_not_answer(cut_off_client: Client) -> None:
    answer = cut_off_client.send("GET", _path(UNKNOWN))

    assert answer.status == 503
    assert answer.headers["retry-after"] == "1"
    assert answer.json["type"] == PROBLEMS[LogUnavailableError].type
    assert "127.0.0.1" not in answer.body


@settings(max_examples=50, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(result_id=st.text(st.characters(exclude_categories=["Cs"]), min_size=1))
def test_function_never_fails_on_any_result_id(lambda_client: LambdaClient, result_id: str) -> None:
    answer = lambda_client.send("GET", _path(result_id))

    assert answer.status in {404, 422}
