"""Figures worked out by hand, and what they become when a label is missing."""

import numpy as np
import pytest

from windvane.evaluation.metrics import LabelMetrics, count_confusion, measure

LABELS = ("negative", "neutral", "positive")


def test_count_confusion_has_truths_in_rows() -> None:
    truths = ["negative", "negative", "positive", "positive"]
    predictions = ["negative", "positive", "positive", "positive"]

    counts = count_confusion(truths, predictions, LABELS)

    assert counts.tolist() == [[1, 0, 1], [0, 0, 0], [0, 0, 2]]


def test_count_confusion_of_parts_adds_up() -> None:
    truths = ["negative", "neutral", "positive", "neutral"]
    predictions = ["neutral", "neutral", "positive", "negative"]

    parts = count_confusion(truths[:1], predictions[:1], LABELS)
    parts += count_confusion(truths[1:], predictions[1:], LABELS)

    assert parts.tolist() == count_confusion(truths, predictions, LABELS).tolist()


def test_measure_gives_the_figures_worked_out_by_hand() -> None:
    confusion = np.array([[8, 2, 0], [1, 3, 0], [2, 0, 4]], dtype=np.int64)

    metrics = measure(confusion, LABELS)

    assert metrics.texts == 20
    assert metrics.accuracy == pytest.approx(15 / 20)
    assert metrics.macro_recall == pytest.approx((0.8 + 0.75 + 4 / 6) / 3)
    assert metrics.macro_f1 == pytest.approx((16 / 21 + 6 / 9 + 0.8) / 3)
    assert metrics.labels == {
        "negative": LabelMetrics(10, 11, recall=0.8, precision=8 / 11, f1=16 / 21),
        "neutral": LabelMetrics(4, 5, recall=0.75, precision=0.6, f1=6 / 9),
        "positive": LabelMetrics(6, 4, recall=4 / 6, precision=1.0, f1=0.8),
    }


def test_measure_leaves_a_label_that_does_not_occur_out_of_macro_recall() -> None:
    confusion = np.array([[1, 1, 0], [0, 0, 0], [0, 0, 2]], dtype=np.int64)

    metrics = measure(confusion, LABELS)

    assert metrics.macro_recall == pytest.approx((0.5 + 1) / 2)
    assert metrics.labels["neutral"].recall is None


def test_measure_has_no_precision_for_a_label_never_predicted() -> None:
    confusion = np.array([[1, 0], [1, 0]], dtype=np.int64)

    metrics = measure(confusion, ("negative", "positive"))

    assert metrics.labels["positive"] == LabelMetrics(1, 0, recall=0.0, precision=None, f1=0.0)
