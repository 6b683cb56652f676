"""Targets and weights that labels become."""

from __future__ import annotations

import numpy as np
import pytest

from tests.windvane.training.labelled_sets import build_set
from windvane.training.examples import build_targets, weigh_texts

LABELS = ("negative", "neutral", "positive")


def test_build_targets_follows_the_order_of_the_labels() -> None:
    targets = build_targets(build_set(["a", "b"], ["positive", "negative"]), LABELS, 0.0)

    assert targets.tolist() == [[0, 0, 1], [1, 0, 0]]


def test_build_targets_spreads_what_is_smoothed_over_all_labels() -> None:
    [target] = build_targets(build_set(["a"], ["neutral"]), LABELS, 0.3)

    assert target == pytest.approx([0.1, 0.8, 0.1])


def test_build_targets_gives_nothing_to_an_ignored_label() -> None:
    labelled = build_set(["a"], ["positive"], ignored=("neutral",))

    [target] = build_targets(labelled, LABELS, 0.2)

    assert target == pytest.approx([0.1, 0, 0.9])


def test_weigh_texts_counts_all_alike_without_balance() -> None:
    assert weigh_texts(["a", "b", "b"], 0).tolist() == [1, 1, 1]


def test_weigh_texts_gives_every_label_the_same_sum_with_full_balance() -> None:
    weights = weigh_texts(["a", "b", "b", "b"], 1)

    assert weights[0] == pytest.approx(weights[1:].sum())
    assert np.mean(weights) == pytest.approx(1)
