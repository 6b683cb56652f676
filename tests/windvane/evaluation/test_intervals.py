"""Bootstrap intervals: as wide as theory says, and the same each time."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from windvane.evaluation.intervals import bootstrap, bootstrap_gain, wilson
from windvane.evaluation.metrics import count_confusion, measure

LABELS = ("negative", "positive")
CONFUSION = np.array([[180, 20], [40, 160]])


def test_bootstrap_is_as_wide_as_the_binomial_says() -> None:
    low, high = bootstrap(CONFUSION, LABELS)["accuracy"]

    half_width = 1.96 * (0.85 * 0.15 / 400) ** 0.5
    assert (low + high) / 2 == pytest.approx(0.85, abs=0.005)
    assert (high - low) / 2 == pytest.approx(half_width, rel=0.1)


def test_bootstrap_gives_the_same_each_time() -> None:
    assert bootstrap(CONFUSION, LABELS) == bootstrap(CONFUSION, LABELS)


def test_bootstrap_holds_each_label_that_occurs() -> None:
    intervals = bootstrap(np.array([[9, 1], [0, 0]]), LABELS)

    assert {"negative.recall", "negative.precision", "negative.f1"} < intervals.keys()
    assert "positive.recall" not in intervals


def test_bootstrap_is_that_of_drawing_the_texts_themselves() -> None:
    random = np.random.default_rng(5)
    truths = random.choice(LABELS, size=60)
    predictions = np.where(random.random(60) < 0.7, truths, random.choice(LABELS, size=60))

    def count(chosen: NDArray[np.int64]) -> NDArray[np.int64]:
        return count_confusion(truths[chosen].tolist(), predictions[chosen].tolist(), LABELS)

    intervals = bootstrap(count(np.arange(60)), LABELS, resamples=20_000)

    confusions = [count(chosen) for chosen in random.integers(0, 60, size=(2000, 60))]
    for name in ("accuracy", "macro_recall", "macro_f1"):
        figures = [getattr(measure(confusion, LABELS), name) for confusion in confusions]
        assert intervals[name] == pytest.approx(np.percentile(figures, [2.5, 97.5]), abs=0.02)


def test_bootstrap_of_a_model_without_fault_has_no_width() -> None:
    intervals = bootstrap(np.array([[5, 0], [0, 7]]), LABELS)

    assert set(intervals.values()) == {(1.0, 1.0)}


def test_bootstrap_gain_is_as_wide_as_the_texts_that_differ_say() -> None:
    right = np.repeat([True, True, False, False], [700, 120, 60, 120])
    rival_right = np.repeat([True, False, True, False], [700, 120, 60, 120])

    low, high = bootstrap_gain(right, rival_right)

    half_width = 1.96 * ((0.18 - 0.06**2) / 1000) ** 0.5  # variance of +1, -1 and 0
    assert (low + high) / 2 == pytest.approx(0.06, abs=0.003)
    assert (high - low) / 2 == pytest.approx(half_width, rel=0.1)


def test_bootstrap_gain_is_nothing_between_models_that_are_right_together() -> None:
    right = np.array([True, False, True])

    assert bootstrap_gain(right, right) == (0, 0)


@pytest.mark.parametrize(
    ("hits", "total", "low", "high"),
    [
        (0, 10, 0.0, 0.2775),
        (9, 10, 0.5958, 0.9821),
        (10, 10, 0.7225, 1.0),
        (950, 1000, 0.9347, 0.9619),
    ],
)
def test_wilson_is_that_of_the_tables(hits: int, total: int, low: float, high: float) -> None:
    assert wilson(hits, total) == pytest.approx((low, high), abs=1e-4)
