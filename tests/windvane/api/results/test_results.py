"""Results that are recorded and looked up, through the function and through the local server."""

import uuid
from datetime import datetime, timedelta, timezone
from urllib.parse import quote, urlencode

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.windvane.api.clients import (
    JSON_TYPE,
    Answer,
    Client,
    LambdaClient,
    post_json,
)
from windvane.api.problems import (
    PROBLEMS,
    FieldRuleError,
    LogUnavailableError,
    ResultNotFoundError,
)
from windvane.api.results.result_query import to_query
from windvane.result_log.query import ResultQuery

UNKNOWN = "019aadd3-5a4f-7c1e-9d02-6b1f0a7c5e48"
FAR_FUTURE = "ffffffff-ffff-7fff-bfff-ffffffffffff"
ALLOWED = "DELETE, GET, HEAD, OPTIONS"
SENTINEL = "xyzzy-private"
LABELS = {"good": "positive", "bad": "negative", "table": "neutral"}


def _path(result_id: str) -> str:
    return f"/v1/results/{result_id}"


def test_sentiment_says_which_result_it_recorded(recording_client: Client) -> None:
    answer = post_json(recording_client, "/sentiment", {"text": "good"}).json

    assert set(answer) == {
        "sentiment",
        "score",
        "scores",
        "language",
        "model",
        "result_id",
        "logged",
    }
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


@pytest.mark.parametrize(
    ("path", "refused", "allowed"),
    [
        ("/v1/results", ["POST", "PUT", "PATCH"], ALLOWED),
        ("/v1/results/", ["POST", "PUT", "PATCH"], ALLOWED),
        (_path(UNKNOWN), ["POST", "PUT", "PATCH"], ALLOWED),
        (_path("xyzzy"), ["POST", "PUT", "PATCH"], ALLOWED),
        (f"{_path(UNKNOWN)}/", ["POST", "PUT", "PATCH"], ALLOWED),
        (f"{_path(UNKNOWN)}/feedback", ["GET", "HEAD", "PUT", "DELETE"], "POST, OPTIONS"),
    ],
)
def test_results_name_the_methods_they_have(
    client: Client, path: str, refused: list[str], allowed: str
) -> None:
    answers = [client.send(method, path) for method in refused]
    asked = client.send("OPTIONS", path)

    assert [(a.status, a.headers["allow"]) for a in answers] == [(405, allowed)] * len(refused)
    assert (asked.status, asked.headers["allow"], asked.body) == (204, allowed, "")


@pytest.mark.parametrize("path", [f"{_path(UNKNOWN)}/text", f"{_path(UNKNOWN)}/feedback/a"])
@pytest.mark.parametrize("method", ["GET", "POST", "OPTIONS"])
def test_paths_beside_a_result_are_no_routes(client: Client, method: str, path: str) -> None:
    assert client.send(method, path).status == 404


def _record(client: Client, *texts: str) -> list[str]:
    """Have texts answered one after another; returns the ids of the results."""
    answers = [post_json(client, "/sentiment", {"text": text}).json for text in texts]
    return [answer["result_id"] for answer in answers]


def _list(client: Client, **parameters: object) -> Answer:
    return client.send("GET", f"/v1/results?{urlencode(parameters)}")


def test_results_are_listed_newest_first_and_page_by_page(recording_client: Client) -> None:
    ids = sorted(_record(recording_client, "good", "bad", "good", "table"))

    first = _list(recording_client, limit=3)
    _record(recording_client, "good", "good")
    second = _list(recording_client, limit=3, cursor=first.json["cursor"])

    assert (first.status, first.headers["content-type"]) == (200, "application/json")
    assert [record["result_id"] for record in first.json["results"]] == ids[:0:-1]
    assert second.json["results"][0]["result_id"] == ids[0]


def test_results_are_listed_as_they_are_looked_up(recording_client: Client) -> None:
    [result_id] = _record(recording_client, "good")

    listed = _list(recording_client, limit=1).json["results"]

    assert listed == [recording_client.send("GET", _path(result_id)).json]


def test_results_are_listed_by_label(recording_client: Client) -> None:
    good, bad, other = _record(recording_client, "good", "bad", "good")

    listed = _list(recording_client, label="positive", limit=2, **{"from": "2025-01-01"}).json

    ids = [record["result_id"] for record in listed["results"]]
    assert set(ids) == {good, other}
    assert bad not in ids


def test_results_are_listed_from_a_moment_up_to_another(recording_client: Client) -> None:
    _, second, *_ = _record(recording_client, "good", "bad", "table")
    created_at = recording_client.send("GET", _path(second)).json["created_at"]
    after = datetime.fromisoformat(created_at) + timedelta(milliseconds=1)
    berlin = after.astimezone(timezone(timedelta(hours=1))).isoformat()

    listed = _list(recording_client, **{"from": created_at, "to": berlin}).json
    lost_plus = recording_client.send("GET", f"/v1/results?from={created_at}&to={berlin}").json

    assert second in [record["result_id"] for record in listed["results"]]
    assert {record["created_at"] for record in listed["results"]} == {created_at}
    assert lost_plus == listed
    assert "cursor" not in listed


def test_results_are_listed_from_midnight_in_utc_where_a_date_is_given(
    recording_client: Client,
) -> None:
    [result_id] = _record(recording_client, "good")
    day = recording_client.send("GET", _path(result_id)).json["created_at"][:10]

    since = _list(recording_client, limit=1, **{"from": day}).json["results"]
    before = _list(recording_client, limit=200, to=day).json["results"]

    assert [record["result_id"] for record in since] == [result_id]
    assert result_id not in [record["result_id"] for record in before]


A_MOMENT = "a date, or a date and time with Z or an offset, as ISO 8601 writes them"
BAD_QUERIES = {
    "unknown": (
        f"{SENTINEL}=1",
        "query",
        "no unknown parameters (allowed: label, client, subject, from, to, limit, cursor)",
    ),
    "repeated": (f"label={SENTINEL}&label=b", "label", "given once"),
    "repeated-limit": ("limit=1&limit=1", "limit", "given once"),
    "empty-label": ("label=", "label", "1 to 100 characters"),
    "long-label": (f"label={SENTINEL * 10}", "label", "1 to 100 characters"),
    "word-limit": (f"limit={SENTINEL}", "limit", "a whole number from 1 to 200"),
    "zero-limit": ("limit=0", "limit", "a whole number from 1 to 200"),
    "large-limit": ("limit=201", "limit", "a whole number from 1 to 200"),
    "long-limit": (f"limit={'9' * 5000}", "limit", "a whole number from 1 to 200"),
    "signed-limit": ("limit=-1", "limit", "a whole number from 1 to 200"),
    "empty-limit": ("limit=", "limit", "a whole number from 1 to 200"),
    "word-from": (f"from={SENTINEL}", "from", A_MOMENT),
    "no-zone": ("from=2026-11-22T21:00:00", "from", A_MOMENT),
    "no-such-day": ("to=2026-02-30", "to", A_MOMENT),
    "no-such-hour": ("to=2026-02-20T25:00Z", "to", A_MOMENT),
    "no-such-offset": ("to=2026-02-20T20:00-99:00", "to", A_MOMENT),
    "seconds": ("to=1763848210", "to", A_MOMENT),
    "arabic-digits": ("to=٢٠٢٦-01-01", "to", A_MOMENT),
    "empty-to": ("to=", "to", A_MOMENT),
    "word-cursor": (f"cursor={SENTINEL}", "cursor", "one that was answered with a page"),
    "empty-cursor": ("cursor=", "cursor", "one that was answered with a page"),
}


@pytest.mark.parametrize(("query", "field", "rule"), BAD_QUERIES.values(), ids=BAD_QUERIES.keys())
def test_results_refuse_a_bad_query_and_do_not_repeat_it(
    recording_client: Client, query: str, field: str, rule: str
) -> None:
    answer = recording_client.send("GET", f"/v1/results?{quote(query, safe='=&')}")

    assert answer.status == 422
    assert answer.json["errors"] == [{"field": field, "rule": rule}]
    assert SENTINEL not in answer.body


@pytest.mark.parametrize(
    "query",
    [
        "from=0001-01-01T00:00:00%2B14:00",
        "to=9999-12-31T23:59:59.999999-14:00",
        "to=1969-12-31",
        "to=2026-01-01t00:00:00.123456789z",
    ],
)
def test_results_take_any_moment_there_is(recording_client: Client, query: str) -> None:
    assert recording_client.send("GET", f"/v1/results?{query}&limit=1").status == 200


def test_results_are_not_found_where_none_are_recorded(client: Client) -> None:
    listed = client.send("GET", "/v1/results")
    erased = client.send("DELETE", _path(UNKNOWN))
    corrected = post_json(client, f"{_path(UNKNOWN)}/feedback", {"label": "positive"})

    for answer in (listed, erased, corrected):
        assert answer.status == 404
        assert answer.json["type"] == PROBLEMS[ResultNotFoundError].type


def test_erased_result_is_gone(recording_client: Client) -> None:
    result_id, other = _record(recording_client, "good", "bad")

    erased = recording_client.send("DELETE", _path(result_id))
    again = recording_client.send("DELETE", _path(result_id))

    listed = [record["result_id"] for record in _list(recording_client).json["results"]]
    assert (erased.status, erased.body) == (204, "")
    assert (again.status, again.json["type"]) == (404, PROBLEMS[ResultNotFoundError].type)
    assert recording_client.send("GET", _path(result_id)).status == 404
    assert result_id not in listed
    assert other in listed


def test_feedback_is_kept_with_its_result(recording_client: Client) -> None:
    [result_id] = _record(recording_client, "good")
    before = recording_client.send("GET", _path(result_id)).json
    path = f"{_path(result_id)}/feedback"

    corrected = [post_json(recording_client, path, {"label": "neutral"}) for _ in range(2)]

    after = recording_client.send("GET", _path(result_id)).json
    assert [answer.status for answer in corrected] == [200, 200]
    assert corrected[0].json == corrected[1].json == after
    assert after == {**before, "feedback_label": "neutral"}


@pytest.mark.parametrize(
    ("body", "field", "rule"),
    [
        ({"label": SENTINEL}, "label", "one of negative, neutral, positive"),
        ({"label": ""}, "label", "one of negative, neutral, positive"),
        ({"label": None}, "label", "a string"),
        ({}, "label", "required"),
        ({"label": "neutral", SENTINEL: 1}, "body", "no unknown fields (allowed: label)"),
    ],
    ids=["unknown", "empty", "null", "missing", "unknown-field"],
)
def test_feedback_is_one_of_the_labels_of_the_result(
    recording_client: Client, body: object, field: str, rule: str
) -> None:
    [result_id] = _record(recording_client, "good")

    answer = post_json(recording_client, f"{_path(result_id)}/feedback", body)

    assert answer.status == 422
    assert answer.json["errors"] == [{"field": field, "rule": rule}]
    assert SENTINEL not in answer.body
    assert "feedback_label" not in recording_client.send("GET", _path(result_id)).json


@pytest.mark.parametrize(
    ("body", "content_type", "status"),
    [(b"{", "application/json", 400), (b'{"label": "neutral"}', "text/plain", 415)],
    ids=["malformed", "not-json"],
)
def test_feedback_is_json(
    recording_client: Client, body: bytes, content_type: str, status: int
) -> None:
    path = f"{_path(UNKNOWN)}/feedback"

    answer = recording_client.send("POST", path, body, {"Content-Type": content_type})

    assert answer.status == status


def test_feedback_on_a_result_that_is_not_there_is_not_found(recording_client: Client) -> None:
    answer = post_json(recording_client, f"{_path(UNKNOWN)}/feedback", {"label": "neutral"})

    assert answer.status == 404
    assert answer.json["type"] == PROBLEMS[ResultNotFoundError].type


@pytest.mark.parametrize("method", ["DELETE", "POST"])
def test_changing_a_result_takes_an_id(recording_client: Client, method: str) -> None:
    path = _path("xyzzy") + ("/feedback" if method == "POST" else "")

    answer = recording_client.send(method, path, b'{"label": "neutral"}', JSON_TYPE)

    assert answer.status == 422
    assert [error["field"] for error in answer.json["errors"]] == ["result_id"]


def test_answers_come_without_the_log(cut_off_client: Client) -> None:
    one = post_json(cut_off_client, "/sentiment", {"text": "good"})
    many = post_json(cut_off_client, "/v1/classify", {"texts": ["good", "", "bad"]})

    good, _, bad = many.json["results"]
    assert (one.status, many.status) == (200, 200)
    assert one.json["sentiment"] == good["label"] == "positive"
    assert [answer["logged"] for answer in (one.json, good, bad)] == [False] * 3
    assert len({answer["result_id"] for answer in (one.json, good, bad)}) == 3


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/v1/results"),
        ("GET", _path(UNKNOWN)),
        ("DELETE", _path(UNKNOWN)),
        ("POST", f"{_path(UNKNOWN)}/feedback"),
    ],
)
def test_results_say_that_the_log_does_not_answer(
    cut_off_client: Client, method: str, path: str
) -> None:
    answer = cut_off_client.send(method, path, b'{"label": "neutral"}', JSON_TYPE)

    assert answer.status == 503
    assert answer.headers["retry-after"] == "1"
    assert answer.json["type"] == PROBLEMS[LogUnavailableError].type
    assert "127.0.0.1" not in answer.body


@settings(max_examples=50, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(result_id=st.text(st.characters(exclude_categories=["Cs"]), min_size=1))
def test_function_never_fails_on_any_result_id(lambda_client: LambdaClient, result_id: str) -> None:
    answer = lambda_client.send("GET", _path(result_id))

    assert answer.status in {404, 422}


def _read_query(name: str, value: str) -> ResultQuery | str:
    """Read a query string of one parameter, or say which one breaks a rule."""
    try:
        return to_query({name: [value]}, str.upper)
    except FieldRuleError as error:
        return error.error.field


@given(
    name=st.sampled_from(["label", "from", "to", "limit", "cursor"]),
    value=st.text(st.characters()),  # lone surrogates too
)
def test_to_query_reads_any_value_or_names_its_parameter(name: str, value: str) -> None:
    read = _read_query(name, value)

    assert read == name or isinstance(read, ResultQuery)
