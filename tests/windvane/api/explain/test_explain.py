"""Explanations, through the Lambda function and through the local server."""

from typing import Any

import pytest
from aws_lambda_powertools.event_handler import APIGatewayRestResolver

from tests.windvane.api.clients import JSON_TYPE, Client, LambdaClient, post_json
from tests.windvane.api.fake_classifier import FakeClassifier
from windvane.api.routes import build_routes
from windvane.api.routing import build_router
from windvane.inference.explanation.explainer import MAX_EXPLAIN_CHARS
from windvane.settings import Settings

PATH = "/v1/explain"


def test_explain_names_the_words_and_what_each_adds(client: Client) -> None:
    answer = post_json(client, PATH, {"text": "a 👍🏽 good day"})

    explained = answer.json
    assert answer.status == 200
    assert set(explained["model"]) == {"name", "version"}
    assert (explained["label"], explained["method"]) == ("positive", "shapley-permutations")
    assert [(word["start"], word["end"]) for word in explained["words"]] == [
        (0, 1),
        (2, 4),
        (5, 9),
        (10, 13),
    ]
    assert [word["contribution"] for word in explained["words"]] == [0, 0, 0.999329, 0]


def test_explain_agrees_with_sentiment_and_adds_up(client: Client) -> None:
    text = "good and bad, but more good than bad: on the whole, good"

    asked = post_json(client, "/sentiment", {"text": text}).json
    explained = post_json(client, PATH, {"text": text}).json

    assert (explained["label"], explained["score"]) == (asked["sentiment"], asked["score"])
    assert explained["scores"] == asked["scores"]
    assert explained["sum"] == pytest.approx(explained["score"] - explained["base_score"], abs=2e-6)
    total = sum(word["contribution"] for word in explained["words"])
    assert explained["sum"] == pytest.approx(total, abs=1e-6 * len(explained["words"]))


def test_explain_answers_the_same_each_time(client: Client) -> None:
    question = {"text": "good, bad, good: one of each and then another, all in all"}

    first, second = (post_json(client, PATH, question) for _ in range(2))

    assert first.body == second.body


def test_explain_takes_any_label_of_the_model(client: Client) -> None:
    explained = post_json(client, PATH, {"text": "a good day", "label": "negative"}).json

    assert explained["label"] == "negative"
    assert explained["score"] == explained["scores"]["negative"]
    assert explained["sum"] == pytest.approx(-0.000335, abs=1e-6)


@pytest.mark.parametrize(
    ("question", "name", "rule"),
    [
        ({}, "text", "required"),
        ({"text": " "}, "text", "not blank"),
        ({"text": 3}, "text", "a string"),
        ({"text": "a " * 1001}, "text", "at most 2000 characters"),
        ({"text": "\ud800"}, "text", "valid Unicode, without lone surrogates"),
        ({"text": "a", "label": "xyzzy"}, "label", "one of negative, neutral, positive"),
        ({"text": "a", "label": "Positive"}, "label", "one of negative, neutral, positive"),
        ({"text": "a", "label": None}, "label", "a string"),
        ({"text": "a", "label": ["positive"]}, "label", "a string"),
        ({"text": "a", "xyzzy": 1}, "body", "no unknown fields (allowed: text, label)"),
        ([], "body", "a JSON object"),
    ],
)
def test_explain_refuses(client: Client, question: Any, name: str, rule: str) -> None:
    answer = post_json(client, PATH, question)

    assert answer.status == 422
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json["errors"] == [{"field": name, "rule": rule}]
    assert "xyzzy" not in answer.body


def test_explain_refuses_what_is_not_json(client: Client) -> None:
    assert client.send("POST", PATH, b"{", JSON_TYPE).status == 400
    assert client.send("POST", PATH, b"{}", {}).status == 415
    assert client.send("GET", PATH).status == 405


def test_explain_takes_the_longest_text_allowed(client: Client) -> None:
    answer = post_json(client, PATH, {"text": "good " * (MAX_EXPLAIN_CHARS // 5)})

    assert answer.status == 200
    assert answer.json["words"][-1]["end"] == MAX_EXPLAIN_CHARS - 1


def test_explain_keeps_the_limit_of_all_texts() -> None:
    settings = Settings(bundle_uri="", threads=1, max_text_chars=3)
    app = APIGatewayRestResolver()
    app.include_router(build_router(build_routes(FakeClassifier, settings)))

    answer = post_json(LambdaClient(app), PATH, {"text": "good"})

    assert answer.json["errors"] == [{"field": "text", "rule": "at most 3 characters"}]


def test_explain_records_nothing(recording_client: Client) -> None:
    asked = post_json(recording_client, "/sentiment", {"text": "good"}).json

    explained = post_json(recording_client, PATH, {"text": "good"})

    [newest] = recording_client.send("GET", "/v1/results?limit=1").json["results"]
    assert explained.status == 200
    assert newest["result_id"] == asked["result_id"]
