"""Texts of a group share their mean target."""

from __future__ import annotations

import numpy as np

from tests.windvane.training.labelled_sets import build_set
from windvane.training.training_texts import TrainingTexts

TARGETS = np.array([[1.0, 0.0], [0.0, 1.0], [0.5, 0.5]], dtype=np.float32)


def test_average_groups_gives_a_group_the_mean_of_its_targets() -> None:
    texts = build_set(["in Peru", "in Chad", "else"], ["a", "b", "a"])

    averaged = TrainingTexts(texts, groups=np.array([0, 0, 1])).average_groups(TARGETS)

    assert averaged.tolist() == [[0.5, 0.5], [0.5, 0.5], [0.5, 0.5]]


def test_average_groups_without_groups_changes_nothing() -> None:
    texts = build_set(["a", "b", "c"], ["a", "b", "a"])

    assert TrainingTexts(texts).average_groups(TARGETS) is TARGETS
