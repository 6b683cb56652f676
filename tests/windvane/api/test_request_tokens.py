"""What a request may cost: its tokens are bounded on every route that classifies."""

import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest
from aws_lambda_powertools.event_handler import APIGatewayRestResolver
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.windvane.api.clients import JSON_TYPE, LambdaClient
from tests.windvane.api.fake_classifier import FakeClassifier
from windvane import load_classifier
from windvane.api.compat.comprehend import MEDIA_TYPE
from windvane.api.routes import build_routes
from windvane.api.routing import build_router
from windvane.inference.classifier import Classifier
from windvane.inference.predictions import Prediction
from windvane.inference.step_times import StepTimes
from windvane.inference.windows import EncodedText
from windvane.settings import Settings

SETTINGS = Settings(bundle_uri="", threads=1, max_text_chars=200, max_batch_chars=1000)
MAX_TOKENS = 700
HANGUL = "간 " * 100
"""A text of 200 characters, 302 tokens."""
FRAGMENTS = ["간", "각 ", "字", "!", "👍🏽", "\ufdfa", "\U0001d15e", "word ", "e\u0301", "ひ", "㈜"]


class CountingClassifier(FakeClassifier):
    """Encodes as the shipped tokenizer does, and runs no model."""

    def __init__(self, classifier: Classifier) -> None:
        self._classifier = classifier
        self.encoded: list[str] = []
        self.tokens = 0

    def encode(self, text: str, times: StepTimes | None = None) -> EncodedText:
        self.encoded.append(text)
        return self._classifier.encode(text, times)

    def classify(self, texts: Sequence[str], times: StepTimes | None = None) -> list[Prediction]:
        return self.classify_encoded([self.encode(text) for text in texts], times)

    def classify_encoded(
        self, texts: Sequence[EncodedText], times: StepTimes | None = None
    ) -> list[Prediction]:
        self.tokens += sum(text.tokens for text in texts)
        return super().classify(["any"] * len(texts), times)


@pytest.fixture(scope="module")
def classifier(shipped_bundle: Path) -> Iterator[CountingClassifier]:
    opened = load_classifier(shipped_bundle, threads=1)
    yield CountingClassifier(opened)
    opened.close()


@pytest.fixture(scope="module")
def client(classifier: CountingClassifier) -> LambdaClient:
    app = APIGatewayRestResolver()
    app.include_router(build_router(build_routes(lambda: classifier, SETTINGS)))
    return LambdaClient(app)


def _comprehend(operation: str) -> dict[str, str]:
    return {"Content-Type": MEDIA_TYPE, "X-Amz-Target": f"Comprehend_20171127.{operation}"}


@pytest.mark.parametrize(
    ("path", "body", "headers", "status_and_field"),
    [
        ("/v1/classify", {"texts": [HANGUL] * 3}, JSON_TYPE, "422 texts"),
        ("/compat/huggingface", {"inputs": [HANGUL] * 3}, JSON_TYPE, "400 inputs"),
        ("/predict", {"inputs": [[HANGUL]] * 3}, JSON_TYPE, "422 inputs"),
        (
            "/compat/comprehend",
            {"TextList": [HANGUL] * 3, "LanguageCode": "en"},
            _comprehend("BatchDetectSentiment"),
            "400 TextList",
        ),
    ],
    ids=["classify", "huggingface", "predict", "comprehend"],
)
def test_too_many_tokens_are_refused_on_every_route(
    client: LambdaClient, path: str, body: Any, headers: dict[str, str], status_and_field: str
) -> None:
    answer = client.send("POST", path, json.dumps(body).encode(), headers)

    status, field = status_and_field.split()
    assert answer.status == int(status)
    assert f"at most {MAX_TOKENS} tokens in all" in answer.body
    assert field in answer.body
    assert "간" not in answer.body


@given(
    texts=st.lists(
        st.tuples(st.sampled_from(FRAGMENTS), st.integers(1, 150)), min_size=1, max_size=9
    )
)
@settings(max_examples=60, deadline=None)
def test_no_request_runs_more_tokens_than_allowed(
    client: LambdaClient, classifier: CountingClassifier, texts: list[tuple[str, int]]
) -> None:
    classifier.tokens = 0
    body = {"texts": [(fragment * count)[:200] for fragment, count in texts]}
    tokens = sum(classifier.encode(text).tokens for text in body["texts"])
    chars = sum(map(len, body["texts"]))
    classifier.encoded.clear()

    answer = client.send("POST", "/v1/classify", json.dumps(body).encode(), JSON_TYPE)

    assert answer.status == (422 if tokens > MAX_TOKENS or chars > 1000 else 200)
    assert classifier.tokens <= MAX_TOKENS
    assert classifier.encoded == body["texts"][: len(classifier.encoded)]  # each of them once
