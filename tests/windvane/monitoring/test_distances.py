"""Distances between distributions, and their intervals."""

import math

import numpy as np
import pytest

from windvane.monitoring.distances import (
    Distance,
    Resampled,
    compute_js,
    compute_psi,
    estimate_share,
    to_shares,
)

BINS = 10


def test_psi_is_the_sum_of_both_divergences() -> None:
    reference, observed = np.array([0.5, 0.5]), np.array([0.8, 0.2])

    psi = compute_psi(reference, observed)

    assert psi == pytest.approx(0.3 * math.log(1.6) - 0.3 * math.log(0.4))


def test_js_is_scipys() -> None:
    distance = pytest.importorskip("scipy.spatial.distance")
    reference, observed = np.array([0.5, 0.3, 0.2]), np.array([0.1, 0.3, 0.6])

    assert compute_js(reference, observed) == pytest.approx(
        distance.jensenshannon(reference, observed, 2)
    )


@pytest.mark.parametrize("distance", [compute_psi, compute_js])
def test_distance_of_equal_shares_is_0(distance: Distance) -> None:
    shares = np.full((3, 4), 0.25)

    assert distance(shares, shares) == pytest.approx([0, 0, 0])


def test_js_of_disjoint_shares_is_nearly_1() -> None:
    rise = 1e-9

    assert compute_js(
        to_shares(np.array([9, 0]), rise), to_shares(np.array([0, 9]), rise)
    ) == pytest.approx(1, abs=1e-6)


@pytest.mark.parametrize("size", [50, 200, 2000])
def test_estimate_takes_off_what_small_samples_add(size: int) -> None:
    random = np.random.default_rng(size)
    shares = np.full(BINS, 1 / BINS)

    estimates = [
        Resampled(random.multinomial(1500, shares), random.multinomial(size, shares)).estimate(
            compute_psi
        )
        for _ in range(40)
    ]

    bias = (BINS - 1) * (1 / 1500 + 1 / size)  # Yurdakul and Naranjo 2020
    assert np.mean([each.raw for each in estimates]) == pytest.approx(bias, rel=0.35)
    assert np.mean([each.value for each in estimates]) < bias / 2
    assert max(each.low for each in estimates) < 0.02


def test_estimate_finds_a_real_distance() -> None:
    random = np.random.default_rng(7)
    reference, observed = np.array([0.4, 0.3, 0.3]), np.array([0.2, 0.3, 0.5])
    true = float(compute_psi(reference, observed))

    estimates = [
        Resampled(random.multinomial(1500, reference), random.multinomial(400, observed)).estimate(
            compute_psi
        )
        for _ in range(60)
    ]

    assert np.mean([each.value for each in estimates]) == pytest.approx(true, rel=0.1)
    assert np.mean([each.low <= true <= each.high for each in estimates]) >= 0.85


def test_bins_that_are_empty_in_both_samples_have_no_distance() -> None:
    reference, observed = np.array([1500, 0, 0]), np.array([40, 0, 0])

    estimate = Resampled(reference, observed).estimate(compute_psi)

    assert estimate.raw == pytest.approx(0, abs=1e-12)


def test_share_has_the_interval_of_its_sample() -> None:
    estimate = estimate_share(10, 100)

    assert estimate.value == 0.1
    assert estimate.low == pytest.approx(0.05, abs=0.015)
    assert estimate.high == pytest.approx(0.16, abs=0.015)
