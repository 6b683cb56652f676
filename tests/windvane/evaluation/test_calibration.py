"""Calibration: figures worked out by hand, and temperatures that are known."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import optimize

from windvane.evaluation.calibration import (
    chance_calibration_error,
    expected_calibration_error,
    fit_temperature,
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


@pytest.mark.parametrize("temperature", [0.5, 1.0, 2.5])
def test_fit_temperature_finds_the_one_that_the_labels_were_drawn_with(temperature: float) -> None:
    random = np.random.default_rng(7)
    logits = random.normal(size=(20_000, 3)) * 2
    probabilities = to_probabilities(logits, temperature)
    truths = (probabilities.cumsum(axis=1) < random.random((20_000, 1))).sum(axis=1)

    assert fit_temperature([logits], [truths]) == pytest.approx(temperature, rel=0.05)


def test_fit_temperature_is_as_likely_as_what_scipy_finds_and_better_calibrated() -> None:
    random = np.random.default_rng(11)
    logits, truths = random.normal(size=(500, 3)), random.integers(0, 3, size=500)
    truths[:300] = logits[:300].argmax(axis=1)

    def loss(temperature: float) -> float:
        return float(-np.log(to_probabilities(logits, temperature)[np.arange(500), truths]).mean())

    def error(temperature: float) -> float:
        return expected_calibration_error(to_probabilities(logits, temperature), truths)

    likeliest = optimize.minimize_scalar(loss, bounds=(0.05, 20), method="bounded").x

    fitted = fit_temperature([logits], [truths])

    assert loss(fitted) <= loss(likeliest) * 1.003
    assert error(fitted) < error(likeliest)


def test_fit_temperature_looks_at_the_worst_file() -> None:
    """Two files that no one temperature suits: the one that is worse off decides."""
    random = np.random.default_rng(13)
    files = []
    for true_temperature in (1.0, 1.15):
        logits = random.normal(size=(20_000, 3)) * 2
        probabilities = to_probabilities(logits, true_temperature)
        truths = (probabilities.cumsum(axis=1) < random.random((20_000, 1))).sum(axis=1)
        files.append((logits, truths))

    fitted = fit_temperature(*zip(*files, strict=True))

    errors = [
        expected_calibration_error(to_probabilities(logits, fitted), truths)
        for logits, truths in files
    ]
    assert errors[0] == pytest.approx(errors[1], abs=0.002)


def test_fit_temperature_counts_every_file_the_same() -> None:
    sure_and_right = np.array([[4.0, 0.0]]), np.array([0])
    sure_and_half_wrong = np.array([[4.0, 0.0], [4.0, 0.0]]), np.array([0, 1])
    often = np.tile(sure_and_right[0], (1000, 1)), np.zeros(1000, dtype=np.int64)

    once = fit_temperature(*zip(sure_and_right, sure_and_half_wrong, strict=True))

    assert fit_temperature(*zip(often, sure_and_half_wrong, strict=True)) == once
