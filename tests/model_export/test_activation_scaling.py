"""Inputs are made ready for 8 bits so that the product loses less."""

import numpy as np
import pytest
from numpy.typing import NDArray
from onnx import helper

from model_export.activation_scaling import (
    ActivationScaling,
    choose_scaling,
    find_divisors,
    quantization_error,
    quantize_activations,
)
from model_export.schemes import SCHEMES
from tests.model_export.tiny_graphs import build_model, random_floats, run

SMOOTH = SCHEMES["int8"]
CHANNELS = 32
OUTLIERS = [3, 17]
ZEROS = np.zeros(CHANNELS, np.float32)
PLAIN = ActivationScaling(np.ones(CHANNELS, np.float32), ZEROS)
Texts = list[NDArray[np.float32]]


def ordinary_texts() -> Texts:
    return [np.sin(3 * random_floats(rows, CHANNELS, seed=rows)) for rows in (3, 9, 20)]


def texts_with_wide_channels() -> Texts:
    """Two channels are a hundred times as wide as the others."""
    texts = ordinary_texts()
    for text in texts:
        text[:, OUTLIERS] *= 100
    return texts


def texts_with_a_sink() -> Texts:
    """Two channels of the first token are large, and almost the same in each text."""
    texts = ordinary_texts()
    for text in texts:
        text[0, OUTLIERS] += [300, -200]
    return texts


OUTLYING_TEXTS = {"wide channels": texts_with_wide_channels(), "a sink": texts_with_a_sink()}


@pytest.mark.parametrize(
    "values",
    [
        random_floats(7, 16),
        np.abs(random_floats(7, 16)) + 3,
        -np.abs(random_floats(7, 16)) - 3,
        np.zeros((2, 3), np.float32),
        random_floats(40, 32) * np.float32(1e4),
        random_floats(40, 32) * np.float32(1e-4),
    ],
    ids=["mixed", "positive", "negative", "zero", "large", "small"],
)
def test_quantize_activations_equals_onnx(values: NDArray[np.float32]) -> None:
    nodes = [
        helper.make_node("DynamicQuantizeLinear", ["x"], ["codes", "scale", "zero_point"]),
        helper.make_node("DequantizeLinear", ["codes", "scale", "zero_point"], ["y"]),
    ]
    model = build_model(nodes, {}, output="y")

    quantized = quantize_activations(values)

    np.testing.assert_array_equal(quantized, run(model, x=values))


def test_choose_scaling_narrows_wide_channels() -> None:
    scaling = choose_scaling(
        texts_with_wide_channels(), random_floats(CHANNELS, 8), SMOOTH, may_shift=False
    )

    others = np.delete(scaling.divisors, OUTLIERS)
    assert scaling.divisors[OUTLIERS].min() > others.max()


def test_choose_scaling_takes_a_sink_off_the_first_token() -> None:
    texts = texts_with_a_sink()

    scaling = choose_scaling(texts, random_floats(CHANNELS, 8), SMOOTH, may_shift=True)

    assert scaling.shifts
    for text in texts:
        assert np.abs(text[0]).max() > 100
        assert np.abs(scaling.scale(text)).max() < 5
        np.testing.assert_array_equal(scaling.scale(text)[1:], text[1:] / scaling.divisors)


def test_choose_scaling_shifts_only_where_it_may() -> None:
    scaling = choose_scaling(
        texts_with_a_sink(), random_floats(CHANNELS, 8), SMOOTH, may_shift=False
    )

    assert not scaling.shifts


@pytest.mark.parametrize("texts", OUTLYING_TEXTS.values(), ids=OUTLYING_TEXTS)
@pytest.mark.parametrize("may_shift", [True, False])
def test_choose_scaling_lessens_the_error_of_the_product(texts: Texts, may_shift: bool) -> None:
    weight = random_floats(CHANNELS, 8)

    scaling = choose_scaling(texts, weight, SMOOTH, may_shift=may_shift)

    error = quantization_error(texts, weight, scaling, 127)
    assert error < 0.5 * quantization_error(texts, weight, PLAIN, 127)


def test_choose_scaling_spends_no_time_where_nothing_stands_out() -> None:
    scaling = choose_scaling(ordinary_texts(), random_floats(CHANNELS, 8), SMOOTH, may_shift=True)

    assert not scaling.divides
    assert not scaling.shifts


def test_choose_scaling_leaves_the_input_of_a_plain_scheme() -> None:
    scaling = choose_scaling(
        texts_with_a_sink(), random_floats(CHANNELS, 8), SCHEMES["int8-plain"], may_shift=True
    )

    assert not scaling.divides
    assert not scaling.shifts


@pytest.mark.parametrize("texts", OUTLYING_TEXTS.values(), ids=OUTLYING_TEXTS)
def test_scaling_in_floats_changes_nothing(texts: Texts) -> None:
    weight = random_floats(CHANNELS, 8)
    scaling = choose_scaling(texts, weight, SMOOTH, may_shift=True)

    for text in texts:
        product = scaling.scale(text) @ scaling.scale_weight(weight)
        product[0] += scaling.first_token @ weight
        np.testing.assert_allclose(product, text @ weight, rtol=1e-3, atol=1e-3)


def test_scaling_leaves_the_activations_as_they_were() -> None:
    text = random_floats(4, CHANNELS)
    before = text.copy()

    ActivationScaling(np.ones(CHANNELS, np.float32), random_floats(CHANNELS)).scale(text)

    np.testing.assert_array_equal(text, before)


def test_choose_scaling_takes_channels_that_are_never_active() -> None:
    texts, weight = texts_with_wide_channels(), random_floats(CHANNELS, 8)
    weight[5] = 0
    for text in texts:
        text[:, 6] = 0

    scaling = choose_scaling(texts, weight, SMOOTH, may_shift=False)

    assert scaling.divides
    assert np.isfinite(scaling.divisors).all()
    assert (scaling.divisors > 0).all()


def test_find_divisors_takes_the_smallest_error() -> None:
    texts, weight = texts_with_wide_channels(), random_floats(CHANNELS, 8)

    found = ActivationScaling(find_divisors(texts, weight, 127), ZEROS)

    error = quantization_error(texts, weight, found, 127)
    assert error < 0.5 * quantization_error(texts, weight, PLAIN, 127)


def test_find_divisors_divides_nothing_where_that_is_best() -> None:
    texts = [np.ones((4, CHANNELS), np.float32)]

    np.testing.assert_array_equal(find_divisors(texts, np.ones((CHANNELS, 3), np.float32), 127), 1)
