"""Labels below ``min_score`` and the language of a text, through both servers."""

from typing import Any

import pytest
from aws_lambda_powertools.event_handler import APIGatewayRestResolver

from tests.windvane.api.clients import Client, LambdaClient, post_json
from tests.windvane.api.fake_classifier import FakeClassifier
from windvane.api.routes import build_routes
from windvane.api.routing import build_router
from windvane.inference.predictions import Prediction
from windvane.settings import Settings


@pytest.mark.parametrize(("min_score", "is_named"), [(0, True), (0.4, True), (1, False)])
def test_min_score_bounds_the_label(client: Client, min_score: float, is_named: bool) -> None:
    body = {"text": "good bad", "min_score": min_score}

    one = post_json(client, "/sentiment", body).json
    many = post_json(client, "/v1/classify", {"texts": ["good bad"], "min_score": min_score}).json
    [result] = many["results"]

    assert (one["sentiment"] is not None) == is_named
    assert result["label"] == one["sentiment"]
    assert result["score"] == one["score"] == max(one["scores"].values())
    assert result["scores"] == one["scores"]


def test_min_score_is_compared_with_the_score_of_the_response(client: Client) -> None:
    score = post_json(client, "/sentiment", {"text": "good bad"}).json["score"]

    at = post_json(client, "/sentiment", {"text": "good bad", "min_score": score}).json
    above = {"text": "good bad", "min_score": round(score + 1e-6, 6)}

    assert at["sentiment"] is not None
    assert post_json(client, "/sentiment", above).json["sentiment"] is None


@pytest.mark.parametrize(
    ("min_score", "rule"),
    [
        (1.5, "a number <= 1"),
        (-0.1, "a number >= 0"),
        ("0.5", "a number"),
        (None, "a number"),
        (True, "a number"),
    ],
)
@pytest.mark.parametrize("path", ["/sentiment", "/v1/classify"])
def test_min_score_outside_its_range_is_refused(
    client: Client, path: str, min_score: Any, rule: str
) -> None:
    texts = {"text": "good"} if path == "/sentiment" else {"texts": ["good"]}

    answer = post_json(client, path, {**texts, "min_score": min_score})

    assert answer.status == 422
    assert answer.json["errors"] == [{"field": "min_score", "rule": rule}]


def test_record_keeps_the_label(recording_client: Client) -> None:
    body = {"text": "good bad", "min_score": 1}

    answer = post_json(recording_client, "/sentiment", body).json
    record = recording_client.send("GET", f"/v1/results/{answer['result_id']}").json

    assert answer["sentiment"] is None
    assert record["label"] in answer["scores"]


def test_setting_is_the_default_of_requests() -> None:
    client = _client(FakeClassifier(), min_score=0.9)

    unsaid = post_json(client, "/sentiment", {"text": "any"}).json
    said = post_json(client, "/sentiment", {"text": "any", "min_score": 0.5}).json

    assert (unsaid["sentiment"], said["sentiment"]) == (None, "positive")


class _Foreign(FakeClassifier):
    def classify(self, texts: Any, times: Any = None) -> list[Prediction]:
        return [
            Prediction("positive", 1.0, {"positive": 1.0}, 3, 1, language="other") for _ in texts
        ]


def test_language_is_in_every_response() -> None:
    client = _client(_Foreign(), min_score=0)

    assert post_json(client, "/sentiment", {"text": "any"}).json["language"] == "other"
    many = post_json(client, "/v1/classify", {"texts": ["any", ""]}).json
    assert many["results"][0]["language"] == "other"
    assert "language" not in many["results"][1]


def test_language_is_null_without_weights(client: Client) -> None:
    assert post_json(client, "/sentiment", {"text": "good"}).json["language"] is None
    assert post_json(client, "/v1/explain", {"text": "good"}).json["language"] is None


def _client(classifier: FakeClassifier, *, min_score: float) -> LambdaClient:
    settings = Settings(bundle_uri="", threads=1, min_score=min_score)
    app = APIGatewayRestResolver()
    app.include_router(build_router(build_routes(lambda: classifier, settings)))
    return LambdaClient(app)
