"""Files through the class that serves."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import numpy as np
import pytest

from tests.tiny_bundle import LOGIT, write_tiny_bundle
from windvane import load_classifier
from windvane.evaluation.set_prediction import predict_set
from windvane.inference.classifier import Classifier
from windvane.rows.labelled_set import LabelledSet


@pytest.fixture
def classifier(tmp_path: Path) -> Iterator[Classifier]:
    folder = write_tiny_bundle(tmp_path / "bundle", temperature=4.0)
    with closing(load_classifier(folder, threads=1)) as opened:
        yield opened


def build_set(texts: list[str], *ignored: str) -> LabelledSet:
    lines = range(1, len(texts) + 1)
    return LabelledSet("a.csv", "0" * 64, texts, ["positive"] * len(texts), lines, ignored)


def test_predict_set_keeps_logits_as_the_model_gave_them(classifier: Classifier) -> None:
    predicted = predict_set(classifier, build_set(["good", "day"]))

    assert predicted.logits.tolist() == [[0, LOGIT, 2 * LOGIT], [0, LOGIT, 0]]
    assert predicted.tokens.tolist() == [3, 3]


def test_predict_set_serves_the_probabilities_that_the_classifier_serves(
    classifier: Classifier,
) -> None:
    predicted = predict_set(classifier, build_set(["good"]))

    [prediction] = classifier.classify(["good"])
    assert predicted.temperature == 4
    assert predicted.probabilities[0] == pytest.approx(list(prediction.scores.values()), abs=1e-6)


def test_predict_set_shares_an_ignored_labels_probability_out(classifier: Classifier) -> None:
    predicted = predict_set(classifier, build_set(["day"], "neutral"))

    assert predicted.labels == ("negative", "positive")
    assert predicted.probabilities.tolist() == [[0.5, 0.5]]


def test_predict_set_tells_how_far_it_is(classifier: Classifier) -> None:
    told: list[int] = []

    predict_set(classifier, build_set(["good"] * 150), told.append)

    assert np.sum(told) == 150
    assert len(told) > 1
