"""Hugging Face's own client, spoken to over HTTP."""

import json
import math
from collections.abc import Iterator

import pytest
from huggingface_hub import InferenceClient
from huggingface_hub.errors import HfHubHTTPError

from tests.console.gateway import KEY, run_gateway
from tests.functions.classify_api.lambda_process import start_lambda_app
from tests.windvane.api.clients import JSON_TYPE, Client, LambdaClient, post_json
from tests.windvane.api.compat.broken_apps import REFUSALS, build_app
from tests.windvane.api.fake_classifier import FakeClassifier

PATH = "/compat/huggingface"
PRIVATE = "xyzzy-private"


@pytest.fixture
def local(local_url: str) -> InferenceClient:
    return InferenceClient(model=f"{local_url}{PATH}")


@pytest.fixture(scope="module")
def deployed(environ: dict[str, str]) -> Iterator[InferenceClient]:
    """The client with a key, and the function behind a gateway."""
    with run_gateway(start_lambda_app(environ)) as url:
        yield InferenceClient(model=f"{url}{PATH}", headers={"x-api-key": KEY})


@pytest.fixture(params=["local", "deployed"])
def hugging_face(request: pytest.FixtureRequest) -> InferenceClient:
    client: InferenceClient = request.getfixturevalue(request.param)
    return client


def _get_status(error: HfHubHTTPError) -> int | None:
    return error.response.status_code if error.response is not None else None


def test_client_gets_every_label_the_best_first(hugging_face: InferenceClient) -> None:
    found = hugging_face.text_classification("good")

    assert {element.label for element in found} == {"positive", "neutral", "negative"}
    assert found[0].label == "positive"
    assert [element.score for element in found] == sorted(
        (element.score for element in found), reverse=True
    )
    assert sum(element.score for element in found) == pytest.approx(1, abs=1e-5)


def test_client_gets_as_many_labels_as_it_asks_for(hugging_face: InferenceClient) -> None:
    [best] = hugging_face.text_classification("bad", top_k=1)

    assert best.label == "negative"


def test_client_chooses_how_logits_become_scores(hugging_face: InferenceClient) -> None:
    softmax, sigmoid, none = (
        {e.label: e.score for e in hugging_face.text_classification("good", function_to_apply=f)}
        for f in ("softmax", "sigmoid", "none")
    )

    total = sum(math.exp(logit) for logit in none.values())
    for label, logit in none.items():
        assert softmax[label] == pytest.approx(math.exp(logit) / total, abs=2e-6)
        assert sigmoid[label] == pytest.approx(1 / (1 + math.exp(-logit)), abs=2e-6)


def test_client_says_what_is_wrong(hugging_face: InferenceClient) -> None:
    with pytest.raises(HfHubHTTPError) as caught:
        hugging_face.text_classification(" ")

    assert _get_status(caught.value) == 400
    assert "The rule for inputs is: not blank." in str(caught.value)


def test_client_says_that_the_model_is_not_ready() -> None:
    with run_gateway(build_app(REFUSALS["not-ready"])) as url:
        client = InferenceClient(model=f"{url}{PATH}", headers={"x-api-key": KEY}, timeout=5)

        with pytest.raises(HfHubHTTPError) as caught:
            client.text_classification("good")

    assert _get_status(caught.value) == 503


def test_several_texts_get_a_list_each(client: Client) -> None:
    answer = post_json(client, PATH, {"inputs": ["good", "bad"], "parameters": {"top_k": 1}})

    assert [[pair["label"] for pair in pairs] for pairs in answer.json] == [
        ["positive"],
        ["negative"],
    ]


@pytest.mark.parametrize(
    "further",
    [{}, {"parameters": {}}, {"parameters": None}, {"options": {"wait_for_model": True}}],
    ids=["nothing", "no-parameters", "null", "options"],
)
def test_what_clients_add_or_leave_out_is_fine(client: Client, further: dict[str, object]) -> None:
    assert post_json(client, PATH, {"inputs": "good", **further}).status == 200


BAD = {
    "no-inputs": ({}, "inputs: required"),
    "number": ({"inputs": 3}, "inputs: a string or a list"),
    "list-of-numbers": ({"inputs": [3]}, "inputs: a string"),
    "empty-list": ({"inputs": []}, "inputs: at least 1 text"),
    "blank": ({"inputs": ["good", " "]}, "inputs[1]: not blank"),
    "surrogate": ({"inputs": "\ud800"}, "inputs: valid Unicode, without lone surrogates"),
    "too-long": ({"inputs": PRIVATE * 1000}, "inputs: at most 10000 characters"),
    "no-labels": (
        {"inputs": "good", "parameters": {"top_k": 0}},
        "parameters.top_k: a whole number >= 1",
    ),
    "function": (
        {"inputs": "good", "parameters": {"function_to_apply": PRIVATE}},
        "parameters.function_to_apply: one of the values in /openapi.json",
    ),
}


@pytest.mark.parametrize(("request_", "rule"), BAD.values(), ids=BAD)
def test_bad_request_is_named_in_hugging_faces_form(
    client: Client, request_: dict[str, object], rule: str
) -> None:
    answer = post_json(client, PATH, request_)

    field, _, rule = rule.partition(": ")
    assert answer.status == 400
    assert answer.json == {"error": f"The rule for {field} is: {rule}."}
    assert PRIVATE not in answer.body


@pytest.mark.parametrize(
    ("method", "body", "headers", "status"),
    [
        ("POST", b"{", JSON_TYPE, 400),
        ("POST", b"{}", {"Content-Type": "text/plain"}, 415),
        ("POST", b" " * 6_291_457, JSON_TYPE, 413),
        ("GET", None, {}, 405),
    ],
    ids=["malformed", "not-json", "too-large", "method"],
)
def test_every_error_has_hugging_faces_form(
    client: Client, method: str, body: bytes | None, headers: dict[str, str], status: int
) -> None:
    answer = client.send(method, PATH, body, headers)

    assert answer.status == status
    assert list(answer.json) == ["error"]


@pytest.mark.parametrize("state", REFUSALS)
def test_server_that_cannot_answer_says_when_to_try_again(state: str) -> None:
    answer = post_json(LambdaClient(build_app(REFUSALS[state])), PATH, {"inputs": "good"})

    assert (answer.status, answer.headers["retry-after"]) == (503, "1")
    assert list(answer.json) == ["error"]


def test_batch_is_bounded() -> None:
    client = LambdaClient(build_app(FakeClassifier, max_batch_texts=2))

    answer = post_json(client, PATH, {"inputs": ["good"] * 3})

    assert answer.json == {"error": "The rule for inputs is: at most 2 texts."}


def test_answers_are_recorded(recording_client: Client) -> None:
    post_json(recording_client, PATH, {"inputs": "good"})

    found = recording_client.send("GET", "/v1/results?limit=1")

    assert json.loads(found.body)["results"][0]["route"] == PATH
