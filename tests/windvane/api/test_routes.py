import json
import re
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx
import pytest
from aws_lambda_powertools.event_handler import APIGatewayRestResolver

from tests.windvane.api.clients import (
    JSON_TYPE,
    Client,
    HttpClient,
    LambdaClient,
    post_json,
)
from tests.windvane.api.fake_classifier import FakeClassifier
from windvane.api.route import Route
from windvane.api.routes import build_routes
from windvane.api.routing import build_router
from windvane.inference.bundle import load_bundle
from windvane.inference.manifest import read_manifest
from windvane.settings import Settings

ROUTES = build_routes(FakeClassifier, Settings(bundle_uri="", threads=1))
GOOD = b'{"text": "good"}'
WORDS = {"good": "positive", "bad": "negative", "table": "neutral"}


def _fake_client(settings: Settings) -> LambdaClient:
    return _lambda_client(build_routes(FakeClassifier, settings))


def _lambda_client(routes: tuple[Route, ...]) -> LambdaClient:
    app = APIGatewayRestResolver()
    app.include_router(build_router(routes))
    return LambdaClient(app)


def test_sentiment_answers_label_scores_and_model(client: Client, tiny_bundle: Path) -> None:
    manifest = load_bundle(tiny_bundle).manifest

    answer = post_json(client, "/sentiment", {"text": "good"})

    assert answer.status == 200
    assert answer.headers["content-type"] == "application/json"
    assert set(answer.json) == {"sentiment", "score", "scores", "language", "model"}
    assert answer.json["sentiment"] == "positive"
    assert answer.json["score"] == answer.json["scores"]["positive"]
    assert list(answer.json["scores"]) == list(manifest.labels)
    assert answer.json["model"] == f"{manifest.name}@{manifest.version}"


def test_sentiment_rounds_to_six_digits() -> None:
    client = _fake_client(Settings(bundle_uri="", threads=1))

    answer = post_json(client, "/sentiment", {"text": "any"})

    assert answer.json["scores"] == {"negative": 0.333333, "positive": 0.666667}


@pytest.mark.parametrize(
    "text",
    ["good\0\x07\x1b[31m", "good \U0001f600\U0001fae0", "\u202egood", "good טוב جيد", "good\u0301"],
    ids=["control", "emoji", "override", "right-to-left", "combining"],
)
def test_sentiment_reads_any_text_with_something_visible(client: Client, text: str) -> None:
    answer = post_json(client, "/sentiment", {"text": text})

    assert answer.status == 200


@pytest.mark.parametrize(
    ("path", "body", "content_type"),
    [
        ("/sentiment", GOOD, "application/json; charset=utf-8"),
        ("/sentiment", GOOD, "Application/JSON"),
        ("/sentiment", GOOD, "application/vnd.example+json"),
        ("/sentiment", b"\xef\xbb\xbf" + GOOD, "application/json"),
        ("/sentiment/", GOOD, "application/json"),
    ],
    ids=["charset", "upper-case", "suffix", "byte-order-mark", "slash"],
)
def test_sentiment_accepts(client: Client, path: str, body: bytes, content_type: str) -> None:
    answer = client.send("POST", path, body, {"Content-Type": content_type})

    assert answer.json["sentiment"] == "positive"


def test_classify_answers_each_text_in_its_place(client: Client) -> None:
    answer = post_json(client, "/v1/classify", {"texts": ["bad", "", "good", 3, "\ud800", None]})

    results = answer.json["results"]
    assert answer.status == 200
    assert [result.get("label") for result in results] == [
        "negative",
        None,
        "positive",
        None,
        None,
        None,
    ]
    assert [result.get("error") for result in results] == [
        None,
        {"field": "texts[1]", "rule": "not blank"},
        None,
        {"field": "texts[3]", "rule": "a string"},
        {"field": "texts[4]", "rule": "valid Unicode, without lone surrogates"},
        {"field": "texts[5]", "rule": "a string"},
    ]


def test_classify_answers_tokens_windows_and_model(client: Client, tiny_bundle: Path) -> None:
    manifest = load_bundle(tiny_bundle).manifest

    answer = post_json(client, "/v1/classify", {"texts": ["good"]})

    (result,) = answer.json["results"]
    assert answer.json["model"] == {"name": manifest.name, "version": manifest.version}
    assert set(result) == {"label", "score", "scores", "language", "tokens", "windows"}
    assert result["tokens"] > 0
    assert result["windows"] == 1


def test_classify_answers_when_every_text_is_bad(client: Client) -> None:
    answer = post_json(client, "/v1/classify", {"texts": ["", 3]})

    assert answer.status == 200
    assert all("error" in result for result in answer.json["results"])


def test_classify_answers_the_largest_batch_in_order(client: Client) -> None:
    texts = [*WORDS] * 33

    answer = post_json(client, "/v1/classify", {"texts": texts})

    assert [result["label"] for result in answer.json["results"]] == [WORDS[t] for t in texts]


def test_limits_follow_the_settings() -> None:
    settings = Settings(bundle_uri="", threads=1, max_text_chars=3, max_batch_texts=2)
    client = _fake_client(settings)

    too_long = post_json(client, "/sentiment", {"text": "four"})
    too_many = post_json(client, "/v1/classify", {"texts": ["a", "b", "c"]})
    one_too_long = post_json(client, "/v1/classify", {"texts": ["four", "abc"]})

    assert too_long.json["errors"] == [{"field": "text", "rule": "at most 3 characters"}]
    assert too_many.json["errors"] == [{"field": "texts", "rule": "at most 2 texts"}]
    assert one_too_long.json["results"][0]["error"]["field"] == "texts[0]"
    assert one_too_long.json["results"][1]["label"] == "positive"


def test_model_answers_what_the_manifest_says(client: Client, tiny_bundle: Path) -> None:
    manifest = load_bundle(tiny_bundle).manifest

    answer = client.send("GET", "/v1/model")

    assert answer.json["name"] == manifest.name
    assert answer.json["version"] == manifest.version
    assert answer.json["labels"] == ["negative", "neutral", "positive"]
    assert answer.json["languages"] is None
    assert answer.json["limits"] == {
        "max_text_chars": 10_000,
        "max_batch_texts": 100,
        "max_batch_chars": 100_000,
        "max_body_bytes": 6_291_456,
    }


def test_model_answers_that_the_included_model_reads_english_only(shipped_bundle: Path) -> None:
    classifier = FakeClassifier()
    classifier.manifest = read_manifest(shipped_bundle)
    routes = build_routes(lambda: classifier, Settings(bundle_uri="", threads=1))

    answer = _lambda_client(routes).send("GET", "/v1/model")

    assert answer.json["languages"] == ["en"]


def test_health_answers_ok(client: Client) -> None:
    answer = client.send("GET", "/health")

    assert answer.status == 200
    assert answer.json["status"] == "ok"


@pytest.mark.parametrize("route", ROUTES, ids=lambda route: f"{route.method} {route.path}")
@pytest.mark.parametrize("before", ["", "/"])
def test_no_route_takes_a_line_feed_at_the_end_of_its_path(
    client: Client, route: Route, before: str
) -> None:
    line_feed = "\n" if isinstance(client, LambdaClient) else "%0A"
    path = re.sub("<.*?>", "01a2187b-f014-703b-b1e0-b30e49aacf1d", route.path)

    answer = client.send(route.method, path.rstrip("/") + before + line_feed)

    assert answer.status == 404
    assert answer.json["type"] == "urn:windvane:problem:route-not-found"


@pytest.mark.parametrize("path", ["/health", "/v1/model", "/openapi.json", "/docs"])
def test_head_answers_as_get_without_a_body(client: Client, path: str) -> None:
    got = client.send("GET", path)

    answer = client.send("HEAD", path)

    assert (answer.status, answer.body) == (200, "")
    assert answer.headers["content-type"] == got.headers["content-type"]


def test_local_server_answers_many_callers_each_its_own(local_url: str) -> None:
    def ask(number: int) -> list[str]:
        words = [*WORDS][number % 3 :]
        with httpx.Client(base_url=local_url, timeout=30) as own:
            client = HttpClient(own)
            answers = [post_json(client, "/sentiment", {"text": w}).json for w in words * 10]
        return [answer["sentiment"] for answer in answers]

    with ThreadPoolExecutor(16) as pool:
        answers = list(pool.map(ask, range(16)))

    assert answers == [[*WORDS.values()][number % 3 :] * 10 for number in range(16)]


def test_local_server_answers_the_same_as_lambda(
    lambda_client: LambdaClient, local_client: HttpClient
) -> None:
    body = json.dumps({"texts": ["good", "bad", "", "a table"]}).encode()

    answers = [
        client.send("POST", "/v1/classify", body, JSON_TYPE).json
        for client in (lambda_client, local_client)
    ]

    assert answers[0] == answers[1]
