"""Codes stay in bounds, and compensation lessens the error of the product."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from model_export.schemes import LARGEST_CODE
from model_export.weight_rounding import (
    MAX_PAIR_SUM,
    IntegerWeight,
    round_rows,
    round_to_nearest,
    round_with_compensation,
)
from tests.model_export.tiny_graphs import random_floats

CODES = [LARGEST_CODE, 64, 7]


def correlated_activations(rows: int, channels: int) -> NDArray[np.float32]:
    """Activations of few directions, as a transformer's are: that is what compensation uses."""
    mixed = random_floats(rows, 4) @ random_floats(4, channels, seed=1)
    return mixed + 0.1 * random_floats(rows, channels, seed=2)


def product_error(
    activations: NDArray[np.float32], weight: NDArray[np.float32], rounded: IntegerWeight
) -> float:
    return float(np.square(activations @ (rounded.weight - weight)).sum())


def largest_pair(codes: NDArray[np.int8]) -> int:
    """The largest sum of two neighbouring codes of one sign."""
    even = codes[: len(codes) // 2 * 2].astype(int)
    sums = np.where(even[::2] * even[1::2] > 0, even[::2] + even[1::2], 0)
    return int(np.abs(sums).max(initial=0))


@pytest.mark.parametrize("largest_code", CODES)
def test_round_to_nearest_is_within_half_a_step(largest_code: int) -> None:
    weight = random_floats(31, 16)

    rounded = round_to_nearest(weight, largest_code)

    steps = np.abs(rounded.weight - weight) / rounded.scales
    # A code cut to keep a pair in bounds may be half a step further off.
    assert steps.max() <= 1.01
    assert np.median(steps) < 0.5


@given(st.integers(1, 40), st.sampled_from(CODES), st.integers(0, 1000))
def test_round_to_nearest_keeps_codes_and_pairs_in_bounds(
    rows: int, largest_code: int, seed: int
) -> None:
    weight = random_floats(rows, 3, seed=seed)

    codes = round_to_nearest(weight, largest_code).codes

    assert np.abs(codes.astype(int)).max() <= largest_code
    assert largest_pair(codes) <= MAX_PAIR_SUM


@given(st.integers(1, 40), st.sampled_from(CODES), st.integers(0, 1000))
def test_round_with_compensation_keeps_codes_and_pairs_in_bounds(
    rows: int, largest_code: int, seed: int
) -> None:
    weight = random_floats(rows, 3, seed=seed)

    codes = round_with_compensation(weight, correlated_activations(64, rows), largest_code).codes

    assert np.abs(codes.astype(int)).max() <= largest_code
    assert largest_pair(codes) <= MAX_PAIR_SUM


@pytest.mark.parametrize("channels", [24, 200], ids=["one block", "two blocks"])
@pytest.mark.parametrize("largest_code", CODES)
def test_round_with_compensation_beats_nearest_on_the_product(
    channels: int, largest_code: int
) -> None:
    activations = correlated_activations(1000, channels)
    weight = random_floats(channels, 16, seed=3)

    nearest = round_to_nearest(weight, largest_code)
    compensated = round_with_compensation(weight, activations, largest_code)

    error = product_error(activations, weight, compensated)
    assert error < 0.5 * product_error(activations, weight, nearest)


@pytest.mark.parametrize("largest_code", CODES)
def test_rounding_keeps_zero_columns_zero(largest_code: int) -> None:
    weight = random_floats(8, 3)
    weight[:, 1] = 0
    activations = random_floats(20, 8)

    for rounded in (
        round_to_nearest(weight, largest_code),
        round_with_compensation(weight, activations, largest_code),
    ):
        assert rounded.scales[1] == 1
        assert not rounded.codes[:, 1].any()


def test_round_with_compensation_takes_channels_that_are_never_active() -> None:
    weight = random_floats(8, 3)
    activations = random_floats(20, 8)
    activations[:, 2] = 0

    rounded = round_with_compensation(weight, activations, LARGEST_CODE)

    np.testing.assert_allclose(rounded.weight[2], weight[2], atol=rounded.scales.max())


def test_round_with_compensation_takes_inputs_that_are_all_zero() -> None:
    weight = random_floats(8, 3)

    rounded = round_with_compensation(weight, np.zeros((5, 8), np.float32), LARGEST_CODE)

    np.testing.assert_allclose(rounded.weight, weight, atol=rounded.scales.max())


def test_round_rows_gives_each_row_its_own_scale() -> None:
    table = random_floats(20, 8) * np.logspace(-3, 3, 20, dtype=np.float32)[:, None]
    table[4] = 0

    rounded = round_rows(table)

    assert rounded.codes.shape == table.shape
    assert rounded.scales.shape == (20, 1)
    assert np.all(np.abs(rounded.weight - table) <= 0.5001 * rounded.scales)
    assert not rounded.codes[4].any()
