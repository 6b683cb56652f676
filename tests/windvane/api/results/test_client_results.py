"""Whose results a caller sees, through the function and through the local server."""

import json
from collections.abc import Iterator, Mapping
from pathlib import Path

import httpx
import pytest

from tests.moto_server import MotoServer
from tests.windvane.api.clients import (
    JSON_TYPE,
    Answer,
    Client,
    HttpClient,
    post_json,
)
from tests.windvane.api.conftest import BOTH
from tests.windvane.api.results.callers import (
    KEYS,
    LOCAL,
    OPERATOR,
    PARTNER,
    PARTNER_2,
    SHOP,
    OpenCaller,
    list_ids,
    open_function_callers,
    open_server_callers,
)
from tests.windvane.api.serve_process import run_serve

UNKNOWN = "019aadd3-5a4f-7c1e-9d02-6b1f0a7c5e48"


@pytest.fixture(scope="module", params=BOTH)
def open_caller(
    request: pytest.FixtureRequest,
    environ: dict[str, str],
    moto_server: MotoServer,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[OpenCaller]:
    """Give the caller with each key, of the function and of the local server."""
    if request.param == "lambda":
        opened = open_function_callers(environ, moto_server)
    else:
        opened = open_server_callers(environ, tmp_path_factory.mktemp("results"))
    with opened as open_one:
        yield open_one


def record(client: Client) -> str:
    """Have a text classified; returns the id of its result."""
    return str(post_json(client, "/sentiment", {"text": "good"}).json["result_id"])


def read_body(answer: Answer) -> tuple[int, str]:
    return answer.status, answer.body


@pytest.mark.parametrize("name", [SHOP, PARTNER, PARTNER_2])
def test_result_carries_its_client(open_caller: OpenCaller, name: str) -> None:
    result_id = record(open_caller(name))
    batch = post_json(open_caller(name), "/v1/classify", {"texts": ["good", "bad"]}).json

    for one in (result_id, *(result["result_id"] for result in batch["results"])):
        answer = open_caller(OPERATOR).send("GET", f"/v1/results/{one}")
        assert answer.json["client"] == name


def test_result_of_the_operators_key_has_no_client(open_caller: OpenCaller) -> None:
    result_id = record(open_caller(OPERATOR))

    assert "client" not in open_caller(SHOP).send("GET", f"/v1/results/{result_id}").json


@pytest.mark.parametrize("name", [OPERATOR, SHOP])
def test_caller_without_a_limit_works_on_the_results_of_all(
    open_caller: OpenCaller, name: str
) -> None:
    caller = open_caller(name)
    ids = [record(open_caller(each)) for each in KEYS]

    assert set(ids) <= set(list_ids(caller))
    for result_id in ids:
        path = f"/v1/results/{result_id}"
        feedback = json.dumps({"label": "neutral"}).encode()
        assert caller.send("GET", path).status == 200
        assert caller.send("POST", f"{path}/feedback", feedback, JSON_TYPE).status == 200
        assert caller.send("DELETE", path).status == 204


@pytest.mark.parametrize("owner", [OPERATOR, SHOP, PARTNER_2])
def test_result_of_others_is_an_unknown_one_to_a_limited_client(
    open_caller: OpenCaller, owner: str
) -> None:
    result_id = record(open_caller(owner))
    caller = open_caller(PARTNER)

    for method, suffix, body in (
        ("GET", "", None),
        ("HEAD", "", None),
        ("POST", "/feedback", b'{"label": "neutral"}'),
        ("POST", "/feedback", b'{"label": "no label of it"}'),
        ("DELETE", "", None),
    ):
        answers = [
            caller.send(method, f"/v1/results/{one}{suffix}", body, JSON_TYPE)
            for one in (result_id, UNKNOWN)
        ]
        assert read_body(answers[0]) == read_body(answers[1])
        assert answers[0].status == 404
        names = [set(answer.headers) - {"date"} for answer in answers]
        assert names[0] == names[1]
    kept = open_caller(OPERATOR).send("GET", f"/v1/results/{result_id}").json
    assert "feedback_label" not in kept
    assert result_id not in list_ids(caller)
    assert list_ids(caller, f"&cursor={result_id}") == [
        one for one in list_ids(caller) if one < result_id
    ]


def test_limited_client_works_on_its_own_results(open_caller: OpenCaller) -> None:
    caller = open_caller(PARTNER)
    path = f"/v1/results/{record(caller)}"

    listed = list_ids(caller)
    corrected = caller.send("POST", f"{path}/feedback", b'{"label": "neutral"}', JSON_TYPE)

    assert path.rpartition("/")[2] in listed
    assert corrected.json["feedback_label"] == "neutral"
    assert caller.send("GET", path).json == corrected.json
    assert caller.send("DELETE", path).status == 204
    assert caller.send("GET", path).status == 404


def test_limited_client_pages_through_its_own_results_alone(open_caller: OpenCaller) -> None:
    callers = [open_caller(name) for name in (PARTNER, SHOP, PARTNER_2)]
    own = [record(caller) for _ in range(4) for caller in callers][::3]
    first, seen, cursor = callers[0], list[str](), ""

    for _ in range(40):
        page = first.send("GET", f"/v1/results?limit=1{cursor}").json
        seen += [one["result_id"] for one in page["results"]]
        cursor = f"&cursor={page.get('cursor')}"
        if "cursor" not in page:
            break

    assert seen == list_ids(first)
    assert seen[:4] == sorted(own, reverse=True)


def test_list_of_one_client(open_caller: OpenCaller) -> None:
    ids = {name: record(open_caller(name)) for name in KEYS}

    found = {
        (caller, client): set(list_ids(open_caller(caller), f"&client={client}")) & {*ids.values()}
        for caller in (OPERATOR, PARTNER)
        for client in (SHOP, PARTNER, PARTNER_2, "partne", "PARTNER", "nobody")
    }

    owned = {pair: names for pair, names in found.items() if names}
    assert owned == {
        **{(OPERATOR, name): {ids[name]} for name in (SHOP, PARTNER, PARTNER_2)},
        (PARTNER, PARTNER): {ids[PARTNER]},
    }


@pytest.mark.parametrize("value", ["", "a%20b", "a%23b", "%C3%A9", "a" * 65, "a&client=b"])
def test_list_says_what_a_clients_name_is(open_caller: OpenCaller, value: str) -> None:
    answer = open_caller(OPERATOR).send("GET", f"/v1/results?client={value}")

    assert answer.status == 422
    assert answer.json["errors"][0]["field"] == "client"


@pytest.mark.parametrize(
    "headers",
    [
        {"x-client": SHOP, "client": SHOP, "client_shop": "id-partner"},
        {"apikeyid": "id-operator", "requestContext": '{"identity": {"apiKeyId": "id-shop"}}'},
        {"stageVariables": "{}", "x-amzn-apigateway-api-id": "id-operator"},
        {"x-forwarded-for": "127.0.0.1", "forwarded": "for=127.0.0.1", "authorization": "operator"},
    ],
)
def test_headers_make_no_caller_another(
    open_caller: OpenCaller, headers: Mapping[str, str]
) -> None:
    caller = open_caller(PARTNER)
    of_shop = record(open_caller(SHOP))
    body = b'{"text": "good", "client": "shop"}'

    own = caller.send("POST", "/sentiment", b'{"text": "good"}', {**JSON_TYPE, **headers}).json

    assert caller.send("GET", f"/v1/results/{of_shop}", headers=headers).status == 404
    assert caller.send("POST", "/sentiment", body, {**JSON_TYPE, **headers}).status == 422
    kept = open_caller(OPERATOR).send("GET", f"/v1/results/{own['result_id']}").json
    assert kept["client"] == PARTNER


def test_idempotency_keys_do_not_cross_callers(open_caller: OpenCaller) -> None:
    headers = {**JSON_TYPE, "Idempotency-Key": "4711-of-somebody"}
    body = b'{"text": "good"}'

    answers = [open_caller(name).send("POST", "/sentiment", body, headers) for name in KEYS]
    again = [open_caller(name).send("POST", "/sentiment", body, headers) for name in KEYS]
    other = open_caller(PARTNER).send("POST", "/sentiment", b'{"text": "bad"}', headers)

    assert len({answer.json["result_id"] for answer in answers}) == len(KEYS)
    assert [answer.body for answer in again] == [answer.body for answer in answers]
    assert {answer.headers.get("idempotency-replayed") for answer in answers} == {None}
    assert other.status == 422


def test_caller_is_that_of_the_request_and_not_of_the_connection(
    tmp_path: Path, environ: dict[str, str]
) -> None:
    log = {"WINDVANE_RESULT_LOG_URI": f"sqlite:///{tmp_path}/results.db"}
    with (
        run_serve(environ={**environ, **LOCAL, **log}) as server,
        httpx.Client(base_url=server.url) as connection,
    ):
        sent = [(name, {"x-api-key": KEYS[name]}) for name in (PARTNER, OPERATOR, PARTNER, SHOP)]
        for name, headers in sent:
            answer = connection.post("/sentiment", json={"text": "good"}, headers=headers).json()
            record = connection.get(f"/v1/results/{answer['result_id']}", headers=headers).json()
            assert record.get("client") == (None if name == OPERATOR else name)
        counts = [
            len(connection.get("/v1/results", headers=headers).json()["results"])
            for _, headers in sent
        ]

    assert counts == [2, 4, 2, 4]


def test_compatible_routes_record_the_client_too(open_caller: OpenCaller) -> None:
    before = set(list_ids(open_caller(PARTNER)))

    post_json(open_caller(PARTNER), "/predict", {"inputs": "good"})

    [result_id] = set(list_ids(open_caller(PARTNER))) - before
    assert open_caller(PARTNER_2).send("GET", f"/v1/results/{result_id}").status == 404


def test_results_from_before_are_the_operators(tmp_path: Path, environ: dict[str, str]) -> None:
    uri = f"sqlite:///{tmp_path}/results.db"
    with (
        run_serve(environ={**environ, "WINDVANE_RESULT_LOG_URI": uri}) as server,
        httpx.Client(base_url=server.url) as client,
    ):
        result_id = record(HttpClient(client))

    with run_serve(environ={**environ, **LOCAL, "WINDVANE_RESULT_LOG_URI": uri}) as server:
        statuses = {
            name: httpx.get(
                f"{server.url}/v1/results/{result_id}", headers={"x-api-key": KEYS[name]}
            ).status_code
            for name in KEYS
        }
        metrics = {
            name: httpx.get(f"{server.url}/metrics", headers={"x-api-key": KEYS[name]}).status_code
            for name in KEYS
        }

    assert statuses == {OPERATOR: 200, SHOP: 200, PARTNER: 404, PARTNER_2: 404}
    assert metrics == {OPERATOR: 200, SHOP: 200, PARTNER: 403, PARTNER_2: 403}
