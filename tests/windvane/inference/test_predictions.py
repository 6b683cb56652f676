"""Logits to labels and scores."""

import math

import numpy as np
import pytest

from windvane.inference.errors import ModelRunError
from windvane.inference.predictions import Prediction, to_prediction, to_probabilities
from windvane.inference.windows import EncodedText, Window

LABELS = ("negative", "neutral", "positive")


def predict(logits: list[float], labels: tuple[str, ...] = LABELS) -> Prediction:
    array = np.array(logits, np.float32)
    return to_prediction(array, labels, EncodedText([Window([], 0)] * 2, 7, 3), temperature=1.0)


def test_to_prediction_takes_the_best_label() -> None:
    # e^0 : e^ln(2) : e^ln(7) is 1 : 2 : 7
    prediction = predict([0.0, math.log(2), math.log(7)])

    assert prediction.label == "positive"
    assert prediction.score == prediction.scores["positive"]
    assert prediction.scores == pytest.approx({"negative": 0.1, "neutral": 0.2, "positive": 0.7})
    assert (prediction.tokens, prediction.windows) == (7, 2)


def test_to_prediction_takes_the_first_of_equals() -> None:
    assert predict([1.0, 1.0, 1.0]).label == "negative"


def test_to_prediction_of_a_single_label_is_its_sigmoid() -> None:
    prediction = predict([math.log(4)], ("toxic",))

    assert prediction.label == "toxic"
    assert prediction.scores == pytest.approx({"toxic": 0.8})


@pytest.mark.parametrize("logits", [[1.0, 2.0], [1.0, 2.0, 3.0, 4.0]], ids=["fewer", "more"])
def test_to_prediction_refuses_logits_that_are_not_one_a_label(logits: list[float]) -> None:
    with pytest.raises(ModelRunError, match="3 labels"):
        predict(logits)


def test_to_probabilities_divides_by_the_temperature() -> None:
    logits = np.array([0.0, 2 * math.log(3)], np.float32)

    # 2 ln(3) / 2 is ln(3), and 1 : 3 is 0.25 : 0.75
    assert to_probabilities(logits, 2.0).tolist() == pytest.approx([0.25, 0.75])


@pytest.mark.parametrize(
    ("logits", "probabilities"),
    [
        ([-1e30, 1e30], [0.0, 1.0]),
        ([3.4e38, 3.4e38], [0.5, 0.5]),
        ([-1e30], [0.0]),
        ([1e30], [1.0]),
        ([0.0], [0.5]),
    ],
)
def test_to_probabilities_never_overflows(logits: list[float], probabilities: list[float]) -> None:
    assert to_probabilities(np.array(logits, np.float32)).tolist() == probabilities
