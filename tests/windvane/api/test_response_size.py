"""The worst response of every route is no larger than a function may send."""

import json
from collections.abc import Sequence
from typing import Any

import pytest
from aws_lambda_powertools.event_handler import APIGatewayRestResolver
from aws_lambda_powertools.utilities.typing import LambdaContext

from tests.windvane.api.events import build_rest_event
from tests.windvane.result_log.records import MAKER, FakeResultLog
from windvane.api.classify.classify_schemas import ModelName
from windvane.api.compat.comprehend import MAX_TEXTS, MEDIA_TYPE, TARGET
from windvane.api.explain.explain_schemas import ExplainAnswer, WordContribution
from windvane.api.response_size import (
    BODY_BUDGET_BYTES,
    REFUSAL_BYTES,
    count_texts_that_fit,
    measure_bytes,
)
from windvane.api.routes import build_routes
from windvane.api.routing import build_router
from windvane.facts import MAX_RESPONSE_BYTES
from windvane.inference.bundle_files import MAX_MANIFEST_BYTES
from windvane.inference.explanation.explainer import MAX_EXPLAIN_CHARS, METHOD
from windvane.inference.manifest import LONGEST_LABEL_CHARS, MOST_LABELS, Manifest
from windvane.inference.predictions import Prediction
from windvane.inference.step_times import StepTimes
from windvane.result_log.recorder import Recorder
from windvane.settings import LARGEST_BATCH_CHARS, LARGEST_BATCH_TEXTS, Settings

SETTINGS = Settings(
    bundle_uri="",
    threads=1,
    max_batch_texts=LARGEST_BATCH_TEXTS,
    max_batch_chars=LARGEST_BATCH_CHARS,
)
LONGEST_NUMBER = -2.2250738585072014e-308
LONGEST_LANGUAGE = "-".join(["abcdefgh"] * 5)
LABELS: dict[str, tuple[str, ...]] = {
    "three": ("negative", "neutral", "positive"),
    "emotions": tuple(f'"emotion" {number}' for number in range(28)),
    "one-long": ("\U0001f600" * LONGEST_LABEL_CHARS,),
    "many": tuple(f"{number:\U0001f600>{LONGEST_LABEL_CHARS}}" for number in range(MOST_LABELS)),
}
"""Labels in which a response is large in different ways."""

BATCHES: dict[str, Any] = {
    "/v1/classify": lambda texts: {"texts": texts},
    "/compat/huggingface": lambda texts: {
        "inputs": texts,
        "parameters": {"function_to_apply": "none"},
    },
    "/predict": lambda texts: {"inputs": [[text] for text in texts], "raw_scores": True},
}
"""The body of a batch, by route."""


class WorstClassifier:
    """Gives every text the longest label, and scores whose JSON is longest."""

    def __init__(self, labels: Sequence[str]) -> None:
        self.manifest = _build_manifest(labels)
        self._label = max(labels, key=len)
        self._scores = dict.fromkeys(labels, 0.123456)
        self._logits = (LONGEST_NUMBER,) * len(labels)

    def classify(self, texts: Sequence[str], times: StepTimes | None = None) -> list[Prediction]:
        prediction = Prediction(
            self._label,
            0.123456,
            self._scores,
            tokens=99_999,
            windows=999,
            logits=self._logits,
            language=LONGEST_LANGUAGE,
        )
        return [prediction] * len(texts)


def _build_manifest(labels: Sequence[str], **fields: Any) -> Manifest:
    id2label = dict(enumerate(labels))
    return Manifest(
        name="worst",
        version="0123456789ab",
        id2label=id2label,
        max_tokens=8,
        quantization="int8",
        files={},
        **fields,
    )


def send(
    classifier: Any, method: str, path: str, body: object = None, **headers: str
) -> dict[str, Any]:
    """Send to a function, and check the size of its response as Lambda encodes it."""
    recorder = Recorder(FakeResultLog(), MAKER)
    app = APIGatewayRestResolver()
    app.include_router(build_router(build_routes(lambda: classifier, SETTINGS, recorder)))
    sent = {"Content-Type": "application/json", **headers}
    content = None if body is None else json.dumps(body).encode()
    response = app.resolve(build_rest_event(method, path, content, sent), LambdaContext())
    assert len(json.dumps(response)) <= MAX_RESPONSE_BYTES
    return response


@pytest.mark.parametrize("path", BATCHES)
@pytest.mark.parametrize("kind", ["three", "emotions", "one-long", "many"])
def test_largest_batch_fits_and_a_larger_one_is_refused(path: str, kind: str) -> None:
    labels = LABELS[kind]
    most = count_texts_that_fit(labels)
    texts = ["good"] * min(most, LARGEST_BATCH_TEXTS)
    classifier = WorstClassifier(labels)

    answered = send(classifier, "POST", path, BATCHES[path](texts))

    assert answered["statusCode"] == 200
    if most < LARGEST_BATCH_TEXTS:
        refused = send(classifier, "POST", path, BATCHES[path]([*texts, "good"]))
        assert refused["statusCode"] in {400, 422}
        rule = f"at most {most} texts for a model of {len(labels)} labels"
        assert rule in refused["body"]


def test_texts_that_break_a_rule_fit_beside_those_that_are_classified() -> None:
    labels = LABELS["emotions"]
    most = count_texts_that_fit(labels)
    texts = ["good"] * most + ["a\ud800"] * (LARGEST_BATCH_TEXTS - most)

    answered = send(WorstClassifier(labels), "POST", "/v1/classify", {"texts": texts})

    assert answered["statusCode"] == 200
    *_, refusal = json.loads(answered["body"])["results"]
    assert measure_bytes(refusal) < REFUSAL_BYTES


@pytest.mark.parametrize("kind", LABELS)
@pytest.mark.parametrize("path", ["/v1/model", "/info", "/health", "/openapi.json", "/docs"])
def test_description_of_a_model_fits(path: str, kind: str) -> None:
    answered = send(WorstClassifier(LABELS[kind]), "GET", path)

    assert answered["statusCode"] == 200


@pytest.mark.parametrize("kind", LABELS)
def test_one_text_fits(kind: str) -> None:
    answered = send(WorstClassifier(LABELS[kind]), "POST", "/sentiment", {"text": "good"})

    assert answered["statusCode"] == 200


@pytest.mark.parametrize(
    "value",
    ["\u00e9" * (MAX_MANIFEST_BYTES // 2), [1e15] * (MAX_MANIFEST_BYTES // len("1e15,"))],
    ids=["text", "numbers"],
)
def test_largest_manifest_fits(value: object) -> None:
    classifier = WorstClassifier(LABELS["three"])
    classifier.manifest = _build_manifest(LABELS["three"], evaluation={"a": value})

    answered = send(classifier, "GET", "/v1/model")

    assert answered["statusCode"] == 200


@pytest.mark.parametrize("kind", LABELS)
def test_largest_explanation_fits(kind: str) -> None:
    labels = LABELS[kind]
    word = WordContribution(MAX_EXPLAIN_CHARS, MAX_EXPLAIN_CHARS, -0.123456)

    answer = ExplainAnswer(
        model=ModelName("worst", "0123456789ab"),
        label=labels[0],
        score=0.123456,
        scores=dict.fromkeys(labels, 0.123456),
        language=LONGEST_LANGUAGE,
        method=METHOD,
        base_score=0.123456,
        sum=0.123456,
        runs=1000,
        words=[word] * MAX_EXPLAIN_CHARS,
    )

    assert measure_bytes(answer) <= BODY_BUDGET_BYTES


def test_largest_batch_of_comprehend_fits() -> None:
    body = {"TextList": ["good"] * MAX_TEXTS, "LanguageCode": "en"}
    headers = {"Content-Type": MEDIA_TYPE, "X-Amz-Target": f"{TARGET}.BatchDetectSentiment"}

    answered = send(WorstClassifier(LABELS["three"]), "POST", "/compat/comprehend", body, **headers)

    assert answered["statusCode"] == 200
