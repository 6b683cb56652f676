"""Offsets and temperature, fitted to logits."""

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy.optimize import minimize
from scipy.special import log_softmax

from windvane.calibration.offset_fit import (
    LABEL_BALANCE,
    OFFSET_DEVIATION,
    TEMPERATURE_DEVIATION,
    fit_offsets,
)

EXPORTED = 1.25
Floats = NDArray[np.float64]


def draw(
    texts: int, shifts: list[float], *, inverse: float = 0.8, seed: int = 1
) -> tuple[Floats, NDArray[np.int64]]:
    """Draw logits, and truths from the softmax of the logits times ``inverse`` plus ``shifts``."""
    random = np.random.default_rng(seed)
    logits = random.normal(0, 2, (texts, len(shifts)))
    odds = inverse * logits + np.array(shifts) + random.gumbel(size=logits.shape)
    return logits, odds.argmax(axis=1)


@pytest.mark.parametrize("texts", [30, 400])
@pytest.mark.parametrize("shifts", [[1.0, -1.0], [0.8, 0.0, -0.8], [0.5, -0.5] * 10], ids=len)
def test_fit_offsets_finds_the_minimum_that_scipy_finds(texts: int, shifts: list[float]) -> None:
    logits, truths = draw(texts, shifts)
    counts = np.maximum(np.bincount(truths, minlength=len(shifts)), 1)
    weights = counts[truths] ** -LABEL_BALANCE
    weights *= texts / weights.sum()

    def value(parameters: Floats) -> float:
        inverse, offsets = parameters[0], parameters[1:]
        losses = -log_softmax(inverse * logits + offsets, axis=1)[np.arange(texts), truths]
        distance = (inverse * EXPORTED - 1) / TEMPERATURE_DEVIATION
        prior = distance**2 / 2 + (offsets**2).sum() / (2 * OFFSET_DEVIATION**2)
        return float(weights @ losses + prior)

    found = minimize(value, np.append(1 / EXPORTED, np.zeros(len(shifts))), tol=1e-10).x
    fitted = fit_offsets(logits, truths, EXPORTED)

    assert fitted.temperature == pytest.approx(1 / found[0], abs=2e-4)
    expected = (found[1:] - found[1:].mean()) / found[0]
    assert fitted.offsets == pytest.approx(expected, abs=5e-4)


def test_fit_offsets_raises_the_label_that_the_model_misses() -> None:
    logits, truths = draw(2_000, [0.0, 1.5, 0.0])

    fitted = fit_offsets(logits, truths, EXPORTED)

    assert fitted.offsets.argmax() == 1
    assert fitted.offsets.sum() == pytest.approx(0, abs=1e-3)


def test_fit_offsets_shrinks_when_texts_are_few() -> None:
    logits, truths = draw(40, [0.0, 1.5, 0.0])

    few = fit_offsets(logits, truths, EXPORTED)
    many = fit_offsets(np.tile(logits, (50, 1)), np.tile(truths, 50), EXPORTED)

    assert np.abs(few.offsets).max() < 0.8 * np.abs(many.offsets).max()
    assert abs(few.temperature - EXPORTED) < abs(many.temperature - EXPORTED)


def test_fit_offsets_of_logits_that_say_nothing_stays_within_the_manifests_bounds() -> None:
    logits = np.random.default_rng(2).normal(0, 50, (5_000, 2))
    truths = logits.argmin(axis=1)

    fitted = fit_offsets(logits, truths, EXPORTED)

    assert 0.01 <= fitted.temperature <= 100
    assert np.isfinite(fitted.offsets).all()


def test_fitted_offsets_apply_before_the_temperature() -> None:
    logits, truths = draw(200, [0.8, 0.0, -0.8])
    fitted = fit_offsets(logits, truths, EXPORTED)

    applied = fitted.apply(logits)

    assert applied == pytest.approx((logits + fitted.offsets) / fitted.temperature)
