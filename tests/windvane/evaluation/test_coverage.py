"""Accuracy by coverage."""

from __future__ import annotations

import numpy as np
import pytest

from windvane.evaluation.coverage import Answered, count_answered, cover


def test_cover_leaves_the_least_sure_out_first() -> None:
    confidences = np.array([0.4, 0.9, 0.6, 0.8])
    right = np.array([False, True, False, True])

    points = {point.share: point for point in cover(confidences, right)}

    assert points[1.0].accuracy == 0.5
    assert points[0.75].accuracy == pytest.approx(2 / 3)
    assert points[0.5].accuracy == 1


def test_cover_names_the_score_from_which_texts_are_covered() -> None:
    points = {point.share: point for point in cover(np.array([0.9, 0.5]), np.array([True, False]))}

    assert points[1.0].threshold == 0.5
    assert points[0.5].threshold == 0.9


def test_cover_covers_at_least_one_text() -> None:
    shares = cover(np.array([0.7]), np.array([True]))

    assert shares[-1].share == 0.1
    assert shares[-1].accuracy == 1


@pytest.mark.parametrize(
    ("min_score", "expected"),
    [
        (0, Answered(0, 4, 1.0, 0.5)),
        (0.8, Answered(0.8, 2, 0.5, 1.0)),
        (0.95, Answered(0.95, 0, 0.0, None)),
    ],
)
def test_count_answered_counts_labels_with_the_score(min_score: float, expected: Answered) -> None:
    confidences = np.array([0.9, 0.79999999, 0.6, 0.4])
    right = np.array([True, True, False, False])

    assert count_answered(confidences, right, min_score) == expected
