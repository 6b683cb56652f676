"""The results of a subject, through the function and through the local server."""

from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from tests.functions.classify_api.lambda_process import start_lambda_app
from tests.moto_server import MotoServer
from tests.windvane.api.clients import Client, LambdaClient, post_json
from tests.windvane.api.conftest import BOTH
from tests.windvane.api.results.callers import (
    OPERATOR,
    PARTNER,
    OpenCaller,
    list_ids,
    open_function_callers,
    open_server_callers,
)
from tests.windvane.api.serve_process import run_serve
from windvane.result_log.subjects import MAX_SUBJECT_CHARS, SUBJECT_RULE

SUBJECT_KEY = "key-of-the-stage-with-more-than-32-characters"
ODD_SUBJECT = "Zoë & 모델 + 50% <a@b.c>?#/"
BAD_SUBJECTS = {
    "empty": "",
    "long": "x" * (MAX_SUBJECT_CHARS + 1),
    "control": "xyzzy\n",
    "replaced": "xyzzy\ufffd",
}


@pytest.fixture(scope="module", params=BOTH)
def open_caller(
    request: pytest.FixtureRequest,
    environ: dict[str, str],
    moto_server: MotoServer,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[OpenCaller]:
    """Give the caller with each key; the function has a key for subjects, the file its own."""
    if request.param == "lambda":
        opened = open_function_callers(environ, moto_server, WINDVANE_SUBJECT_KEY=SUBJECT_KEY)
    else:
        opened = open_server_callers(environ, tmp_path_factory.mktemp("results"))
    with opened as open_one:
        yield open_one


def record(client: Client, subject: str | None) -> str:
    """Have a text of a subject classified; returns the id of its result."""
    answer = post_json(client, "/sentiment", {"text": "good", "subject": subject})
    assert (answer.status, answer.json.get("logged")) == (200, True), answer.body
    return str(answer.json["result_id"])


def to_query(subject: str) -> str:
    return str(httpx.QueryParams({"subject": subject}))


def test_results_of_a_subject_are_listed_and_erased(open_caller: OpenCaller) -> None:
    operator = open_caller(OPERATOR)
    query = to_query(ODD_SUBJECT)
    batch = {"texts": ["good", "", "bad"], "subject": ODD_SUBJECT}
    own = [record(operator, ODD_SUBJECT)]
    own += [
        one["result_id"]
        for one in post_json(operator, "/v1/classify", batch).json["results"]
        if "result_id" in one
    ]
    others = [record(operator, "somebody else"), record(operator, None)]

    listed = list_ids(operator, f"&{query}")
    erased = operator.send("DELETE", f"/v1/results?{query}")

    assert sorted(listed) == sorted(own)
    assert (erased.status, erased.json) == (200, {"deleted": 3, "remaining": False})
    assert list_ids(operator, f"&{query}") == []
    assert {operator.send("GET", f"/v1/results/{one}").status for one in own} == {404}
    assert {operator.send("GET", f"/v1/results/{one}").status for one in others} == {200}


def test_record_holds_a_hash_that_is_the_same_for_the_same_subject(
    open_caller: OpenCaller,
) -> None:
    operator = open_caller(OPERATOR)
    ids = [record(operator, subject) for subject in ("4711", "4711", "4712", None)]

    records = [operator.send("GET", f"/v1/results/{one}") for one in ids]

    hashes = [one.json.get("subject_hash") for one in records]
    assert hashes[0] == hashes[1] != hashes[2]
    assert hashes[3] is None
    assert not any('"4711"' in one.body for one in records)


def test_limited_client_finds_and_erases_its_own_results_of_a_subject(
    open_caller: OpenCaller,
) -> None:
    limited, operator = open_caller(PARTNER), open_caller(OPERATOR)
    own, other = record(limited, "shared"), record(operator, "shared")
    query = to_query("shared")

    listed = list_ids(limited, f"&{query}")
    erased = limited.send("DELETE", f"/v1/results?{query}")

    assert listed == [own]
    assert erased.json == {"deleted": 1, "remaining": False}
    assert list_ids(operator, f"&{query}") == [other]


@pytest.mark.parametrize("subject", BAD_SUBJECTS.values(), ids=BAD_SUBJECTS.keys())
@pytest.mark.parametrize("sent_in", ["/sentiment", "/v1/classify", "GET", "DELETE"])
def test_bad_subject_is_refused_and_not_repeated(
    open_caller: OpenCaller, sent_in: str, subject: str
) -> None:
    caller = open_caller(OPERATOR)

    if sent_in.startswith("/"):
        texts = {"text": "good"} if sent_in == "/sentiment" else {"texts": ["good"]}
        answer = post_json(caller, sent_in, {**texts, "subject": subject})
    else:
        answer = caller.send(sent_in, f"/v1/results?{to_query(subject)}")

    assert answer.status == 422
    assert answer.json["errors"] == [{"field": "subject", "rule": SUBJECT_RULE}]
    assert "xyzzy" not in answer.body


@pytest.mark.parametrize(
    ("query", "field", "rule"),
    [
        ("", "subject", "required"),
        ("?label=positive", "query", "no unknown parameters (allowed: subject)"),
        ("?subject=a&client=b", "query", "no unknown parameters (allowed: subject)"),
        ("?subject=a&subject=b", "subject", "given once"),
    ],
    ids=["none", "label", "client", "two"],
)
def test_deletion_erases_nothing_unless_it_names_one_subject(
    open_caller: OpenCaller, query: str, field: str, rule: str
) -> None:
    caller = open_caller(OPERATOR)
    kept = record(caller, "a")

    answer = caller.send("DELETE", f"/v1/results{query}")

    assert answer.status == 422
    assert answer.json["errors"] == [{"field": field, "rule": rule}]
    assert caller.send("GET", f"/v1/results/{kept}").status == 200


def test_subject_that_is_no_string_is_refused(open_caller: OpenCaller) -> None:
    answer = post_json(open_caller(OPERATOR), "/sentiment", {"text": "good", "subject": 4711})

    assert answer.json["errors"] == [{"field": "subject", "rule": "a string"}]


def test_function_without_a_key_refuses_subjects(
    environ: dict[str, str], moto_server: MotoServer
) -> None:
    uri = f"dynamodb://{moto_server.make_result_table()}"
    app = start_lambda_app({**environ, **moto_server.environ, "WINDVANE_RESULT_LOG_URI": uri})
    client = LambdaClient(app)

    answers = [
        post_json(client, "/sentiment", {"text": "good", "subject": "a"}),
        client.send("GET", "/v1/results?subject=a"),
        client.send("DELETE", "/v1/results?subject=a"),
    ]

    assert {answer.status for answer in answers} == {422}
    assert all("WINDVANE_SUBJECT_KEY" in answer.json["errors"][0]["rule"] for answer in answers)
    assert post_json(client, "/sentiment", {"text": "good"}).json["logged"]


def test_subject_needs_no_key_where_nothing_is_recorded(environ: dict[str, str]) -> None:
    client = LambdaClient(start_lambda_app({**environ, "WINDVANE_RESULT_LOG_URI": "none:"}))

    answer = post_json(client, "/sentiment", {"text": "good", "subject": "a"})

    assert (answer.status, "result_id" in answer.json) == (200, False)
    assert client.send("DELETE", "/v1/results?subject=a").status == 404


def test_answer_comes_without_a_record_where_the_log_fails(
    environ: dict[str, str], tmp_path: Path
) -> None:
    uri = f"sqlite:///{tmp_path}/results.db"
    with (
        run_serve(environ={**environ, "WINDVANE_RESULT_LOG_URI": uri}) as server,
        httpx.Client(base_url=server.url) as client,
    ):
        client.post("/sentiment", json={"text": "good"})
        (tmp_path / "results.db").write_bytes(b"overwritten")

        answer = client.post("/sentiment", json={"text": "good", "subject": "a"})

    assert answer.status_code == 200
    assert answer.json()["logged"] is False
