"""The requests and answers that text-embeddings-inference documents, and a client of it."""

import math
from collections.abc import Iterator
from typing import Any

import pytest
from tei_client import HttpClient as TeiClient

from tests.console.gateway import KEY, run_gateway
from tests.functions.classify_api.lambda_process import start_lambda_app
from tests.windvane.api.clients import JSON_TYPE, Client, LambdaClient, post_json
from tests.windvane.api.compat.broken_apps import REFUSALS, build_app
from tests.windvane.api.fake_classifier import FakeClassifier

PRIVATE = "xyzzy-private"
TIMES = {
    "x-compute-time",
    "x-compute-characters",
    "x-compute-tokens",
    "x-total-time",
    "x-tokenization-time",
    "x-queue-time",
    "x-inference-time",
}


@pytest.fixture(scope="module")
def local(local_url: str) -> Iterator[Any]:
    tei = TeiClient(local_url)
    with tei.client:
        yield tei


@pytest.fixture(scope="module")
def deployed(environ: dict[str, str]) -> Iterator[Any]:
    """The client with a key, and the function behind a gateway."""
    with run_gateway(start_lambda_app(environ)) as url:
        tei = TeiClient(url, headers={"x-api-key": KEY})
        with tei.client:
            yield tei


@pytest.fixture(params=["local", "deployed"])
def tei(request: pytest.FixtureRequest) -> Any:
    return request.getfixturevalue(request.param)


def test_client_classifies_texts(tei: Any) -> None:
    found = tei.classify(["good", "bad", "table"])

    assert [result.scores[0].label for result in found] == ["positive", "negative", "neutral"]
    assert all(sum(score.score for score in r.scores) == pytest.approx(1, abs=1e-5) for r in found)


def test_client_gets_logits(tei: Any) -> None:
    [raw], [scored] = (tei.classify("good", raw_scores=flag) for flag in (True, False))

    total = sum(math.exp(score.score) for score in raw.scores)
    assert [math.exp(score.score) / total for score in raw.scores] == pytest.approx(
        [score.score for score in scored.scores], abs=2e-6
    )


def test_client_reads_what_the_model_is(tei: Any) -> None:
    info = tei.info()

    assert info.server_model_type == "classifier"
    assert info.max_client_batch_size == 100


def _labels(predictions: list[dict[str, Any]]) -> list[str]:
    return [prediction["label"] for prediction in predictions]


@pytest.mark.parametrize("inputs", ["good", ["good"]], ids=["text", "list-of-one"])
def test_text_gets_a_flat_list_the_best_first(client: Client, inputs: object) -> None:
    answer = post_json(client, "/predict", {"inputs": inputs})

    scores = [prediction["score"] for prediction in answer.json]
    assert answer.status == 200
    assert _labels(answer.json)[0] == "positive"
    assert scores == sorted(scores, reverse=True)
    assert list(answer.json[0]) == ["score", "label"]


def test_batch_gets_a_list_each(client: Client) -> None:
    answer = post_json(client, "/predict", {"inputs": [["good"], ["bad"], ["table"]]})

    assert [_labels(predictions)[0] for predictions in answer.json] == [
        "positive",
        "negative",
        "neutral",
    ]


def test_batch_of_one_is_a_batch(client: Client) -> None:
    [predictions] = post_json(client, "/predict", {"inputs": [["good"]]}).json

    assert _labels(predictions)[0] == "positive"


def test_raw_scores_are_logits(client: Client) -> None:
    raw = post_json(client, "/predict", {"inputs": "good", "raw_scores": True}).json
    scores = post_json(client, "/predict", {"inputs": "good", "raw_scores": False}).json

    assert _labels(raw) == _labels(scores)
    assert sum(prediction["score"] for prediction in scores) == pytest.approx(1, abs=1e-5)
    assert sum(prediction["score"] for prediction in raw) != pytest.approx(1, abs=1e-3)


def test_answer_tells_its_times(client: Client) -> None:
    answer = post_json(client, "/predict", {"inputs": [["good"], ["bad table"]]})

    assert answer.headers["x-compute-type"] == "cpu"
    assert all(answer.headers[name].isdigit() for name in TIMES)
    assert answer.headers["x-compute-characters"] == str(len("good") + len("bad table"))
    assert int(answer.headers["x-compute-tokens"]) > 2


@pytest.mark.parametrize(
    "further",
    [{"truncate": True}, {"truncate": None}, {"truncation_direction": "left"}, {"more": 1}],
    ids=["truncate", "null", "direction", "unknown"],
)
def test_what_clients_add_is_fine(client: Client, further: dict[str, object]) -> None:
    assert post_json(client, "/predict", {"inputs": "good", **further}).status == 200


BAD: dict[str, tuple[object, int, str]] = {
    "pair": (["good", PRIVATE], 422, "Validation"),
    "pair-in-a-batch": ([["good"], ["bad", PRIVATE]], 422, "Validation"),
    "three": (["good", "bad", PRIVATE], 422, "Validation"),
    "mixed": ([["good"], PRIVATE], 422, "Validation"),
    "number": (3, 422, "Validation"),
    "blank-in-a-batch": ([["good"], [" "]], 422, "Validation"),
    "empty-item": ([["good"], []], 422, "Validation"),
    "empty": ([], 400, "Empty"),
    "empty-text": ("", 400, "Empty"),
    "empty-text-in-a-batch": ([["good"], [""]], 400, "Empty"),
    "too-many": ([["good"]] * 101, 422, "Validation"),
    "too-long": (PRIVATE * 1000, 422, "Validation"),
}


@pytest.mark.parametrize(("inputs", "status", "kind"), BAD.values(), ids=BAD)
def test_bad_request_has_its_kind(client: Client, inputs: object, status: int, kind: str) -> None:
    answer = post_json(client, "/predict", {"inputs": inputs})

    assert (answer.status, answer.json["error_type"]) == (status, kind)
    assert set(answer.json) == {"error", "error_type"}
    assert PRIVATE not in answer.body


@pytest.mark.parametrize(
    ("method", "body", "headers", "status"),
    [
        ("POST", b"{", JSON_TYPE, 400),
        ("POST", b"{}", JSON_TYPE, 422),
        ("POST", b"{}", {"Content-Type": "text/plain"}, 415),
        ("POST", b" " * 6_291_457, JSON_TYPE, 413),
        ("GET", None, {}, 405),
    ],
    ids=["malformed", "no-inputs", "not-json", "too-large", "method"],
)
def test_every_other_error_has_its_form(
    client: Client, method: str, body: bytes | None, headers: dict[str, str], status: int
) -> None:
    answer = client.send(method, "/predict", body, headers)

    assert (answer.status, answer.json["error_type"]) == (status, "Validation")


@pytest.mark.parametrize(
    ("state", "status", "kind"),
    [("not-ready", 503, "Unhealthy"), ("overloaded", 429, "Overloaded")],
)
def test_server_that_cannot_answer_says_when_to_try_again(
    state: str, status: int, kind: str
) -> None:
    answer = post_json(LambdaClient(build_app(REFUSALS[state])), "/predict", {"inputs": "good"})

    assert (answer.status, answer.json["error_type"]) == (status, kind)
    assert answer.headers["retry-after"] == "1"


def test_info_describes_the_model(client: Client) -> None:
    info = client.send("GET", "/info").json

    labels = info["model_type"]["classifier"]
    assert {int(number): label for number, label in labels["id2label"].items()} == {
        number: label for label, number in labels["label2id"].items()
    }
    assert info["max_client_batch_size"] == 100
    assert info["auto_truncate"] is False


def test_info_says_that_the_model_is_not_ready() -> None:
    answer = LambdaClient(build_app(REFUSALS["not-ready"])).send("GET", "/info")

    assert (answer.status, answer.json["error_type"]) == (503, "Unhealthy")


def test_answers_are_recorded(recording_client: Client) -> None:
    post_json(recording_client, "/predict", {"inputs": "good"})

    [record] = recording_client.send("GET", "/v1/results?limit=1").json["results"]

    assert record["route"] == "/predict"


def test_batch_follows_the_settings() -> None:
    client = LambdaClient(build_app(FakeClassifier, max_batch_texts=2))

    answer = post_json(client, "/predict", {"inputs": [["good"]] * 3})

    assert answer.json["error"] == "The rule for inputs is: at most 2 texts."
