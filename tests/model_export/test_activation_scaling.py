"""Inputs are made ready for 8 bits so that the product loses less."""

import numpy as np
import pytest
from numpy.typing import NDArray
from onnx import helper

from model_export.activation_scaling import (
    ActivationScaling,
    choose_scaling,
    integer_part,
    quantization_error,
    quantize_activations,
)
from model_export.schemes import SCHEMES
from tests.model_export.tiny_graphs import build_model, random_floats, run

SMOOTH = SCHEMES["int8"]
CHANNELS = 32
OUTLIERS = [3, 17]
PLAIN = ActivationScaling(np.ones(CHANNELS, np.float32), np.array([], np.int64))


def texts_with_outliers() -> list[NDArray[np.float32]]:
    """Two channels are a hundred times as wide as the others."""
    texts = [random_floats(rows, CHANNELS, seed=rows) for rows in (3, 9, 20)]
    for text in texts:
        text[:, OUTLIERS] *= 100
    return texts


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


def test_choose_scaling_multiplies_the_outliers_in_float() -> None:
    scaling = choose_scaling(
        texts_with_outliers(), random_floats(CHANNELS, 8), SMOOTH, may_split=True
    )

    assert len(scaling.float_channels) == SMOOTH.outlier_channels
    assert set(OUTLIERS) <= set(scaling.float_channels.tolist())
    assert not scaling.factors[OUTLIERS].any()


def test_choose_scaling_narrows_the_outliers_where_it_may_not_split() -> None:
    scaling = choose_scaling(
        texts_with_outliers(), random_floats(CHANNELS, 8), SMOOTH, may_split=False
    )

    others = np.delete(scaling.divisors, OUTLIERS)
    assert scaling.float_channels.size == 0
    assert scaling.divisors[OUTLIERS].min() > others.max()


@pytest.mark.parametrize("may_split", [True, False])
def test_choose_scaling_lessens_the_error_of_the_product(may_split: bool) -> None:
    texts, weight = texts_with_outliers(), random_floats(CHANNELS, 8)

    scaling = choose_scaling(texts, weight, SMOOTH, may_split=may_split)

    error = quantization_error(texts, weight, scaling, 127)
    assert error < 0.5 * quantization_error(texts, weight, PLAIN, 127)


def test_choose_scaling_splits_nothing_where_no_channel_stands_out() -> None:
    texts = [np.sin(3 * random_floats(rows, 256, seed=rows)) for rows in (3, 9, 20)]

    scaling = choose_scaling(texts, random_floats(256, 8), SMOOTH, may_split=True)

    assert scaling.float_channels.size == 0


def test_choose_scaling_leaves_the_input_of_a_plain_scheme() -> None:
    scaling = choose_scaling(
        texts_with_outliers(),
        random_floats(CHANNELS, 8),
        SCHEMES["int8-plain"],
        may_split=True,
    )

    assert np.all(scaling.factors == 1)
    assert scaling.float_channels.size == 0


def test_scaling_in_floats_changes_nothing() -> None:
    weight = random_floats(CHANNELS, 8)
    [text, *_] = texts_with_outliers()
    scaling = choose_scaling([text], weight, SMOOTH, may_split=True)
    channels = scaling.float_channels

    product = (text * scaling.factors) @ integer_part(weight, scaling)
    product += text[:, channels] @ weight[channels]

    np.testing.assert_allclose(product, text @ weight, rtol=1e-4, atol=1e-3)


def test_choose_scaling_takes_channels_that_are_never_active() -> None:
    texts, weight = texts_with_outliers(), random_floats(CHANNELS, 8)
    weight[5] = 0
    for text in texts:
        text[:, 6] = 0

    scaling = choose_scaling(texts, weight, SMOOTH, may_split=False)

    assert np.isfinite(scaling.factors).all()
    assert np.isfinite(scaling.divisors).all()
