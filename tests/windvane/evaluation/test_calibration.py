"""Calibration: figures worked out by hand."""

from __future__ import annotations

import numpy as np
import pytest

from windvane.evaluation.calibration import (
    chance_calibration_error,
    expected_calibration_error,
    reliability,
    to_probabilities,
)

TRUTHS = np.array([0, 0, 1, 1])


def test_expected_calibration_error_is_the_mean_gap() -> None:
    probabilities = np.array([[0.9, 0.1], [0.9, 0.1], [0.9, 0.1], [0.3, 0.7]])

    error = expected_calibration_error(probabilities, TRUTHS, bins=10)

    # Three texts at 0.9 of which two are right, and one at 0.7 that is.
    assert error == pytest.approx((3 * (0.9 - 2 / 3) + 1 * (1 - 0.7)) / 4)


def test_reliability_sorts_by_the_likeliest_label() -> None:
    probabilities = np.array([[0.95, 0.05], [1.0, 0.0], [0.45, 0.55], [0.2, 0.8]])

    bins = reliability(probabilities, TRUTHS, bins=10)

    assert [each.texts for each in bins] == [0, 0, 0, 0, 0, 1, 0, 0, 1, 2]
    assert bins[9].confidence == pytest.approx(0.975)
    assert bins[9].accuracy == 1


def test_to_probabilities_stays_finite_for_large_logits() -> None:
    assert to_probabilities(np.array([[1e4, -1e4]])).tolist() == [[1.0, 0.0]]


def test_chance_calibration_error_is_that_of_a_coin_where_all_confidences_are_a_half() -> None:
    probabilities = np.full((400, 2), 0.5)

    error = chance_calibration_error(probabilities)

    # One range: the mean distance of 400 throws from a half, by the normal distribution.
    assert error == pytest.approx((2 / np.pi) ** 0.5 * 0.5 / 400**0.5, rel=0.15)


def test_chance_calibration_error_is_none_where_the_model_is_certain() -> None:
    assert chance_calibration_error(np.array([[1.0, 0.0], [0.0, 1.0]])) == 0


def test_chance_calibration_error_falls_with_the_texts() -> None:
    probabilities = to_probabilities(np.random.default_rng(3).normal(size=(100, 3)))

    few = chance_calibration_error(probabilities)
    many = chance_calibration_error(np.tile(probabilities, (100, 1)))

    assert many == pytest.approx(few / 10, rel=0.2)
