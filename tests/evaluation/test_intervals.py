"""Bootstrap intervals: as wide as theory says, and the same each time."""

from __future__ import annotations

import numpy as np
import pytest

from evaluation.intervals import bootstrap

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
