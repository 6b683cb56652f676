"""Texts that differ in nothing that may matter learn the same target."""

from __future__ import annotations

import numpy as np

from tests.windvane.training.labelled_sets import build_set
from windvane.training.material import Material

TARGETS = np.array([[1.0, 0.0], [0.0, 1.0], [0.5, 0.5]], dtype=np.float32)


def test_level_gives_a_group_the_mean_of_its_targets() -> None:
    texts = build_set(["in Peru", "in Chad", "else"], ["a", "b", "a"])

    levelled = Material(texts, groups=np.array([0, 0, 1])).level(TARGETS)

    assert levelled.tolist() == [[0.5, 0.5], [0.5, 0.5], [0.5, 0.5]]


def test_level_leaves_texts_alone_that_stand_for_themselves() -> None:
    texts = build_set(["a", "b", "c"], ["a", "b", "a"])

    assert Material(texts).level(TARGETS) is TARGETS
