"""Every matrix of a graph is found and becomes the integers that numpy gives."""

from dataclasses import replace

import numpy as np
import pytest
from onnx import TensorProto, helper
from onnxruntime.transformers.onnx_model import OnnxModel

from model_export.activation_scaling import quantize_activations
from model_export.quantization import find_weights, quantize_weights
from model_export.schemes import SCHEMES, Scheme
from model_export.weight_rounding import round_to_nearest
from tests.model_export.tiny_graphs import build_model, operations, random_floats, run

make_node = helper.make_node
PLAIN = SCHEMES["int8-plain"]
INTEGER_SCHEMES = {name: scheme for name, scheme in SCHEMES.items() if scheme.largest_code}
TEXTS = [[0, *np.random.default_rng(i).integers(1, 50, 4 + i).tolist()] for i in range(16)]
UP, DOWN = random_floats(16, 32, seed=1), random_floats(32, 16, seed=2)
TABLE = random_floats(50, 16)
TABLE[:, 3] *= 30  # an outlier channel
TABLE[0, 5] = 300  # an outlier of the first token
CONSTANTS = {"table": TABLE, "up": UP, "down": DOWN, "bias": random_floats(32, seed=3)}
NODES = [
    make_node("Gather", ["table", "input_ids"], ["rows"]),
    make_node("MatMul", ["rows", "up"], ["product"]),
    make_node("Add", ["product", "bias"], ["wide"]),
    make_node("Tanh", ["wide"], ["bent"]),
    make_node("MatMul", ["bent", "down"], ["y"]),
]


def build() -> OnnxModel:
    return build_model(
        NODES, CONSTANTS, output="y", inputs=["input_ids"], input_type=TensorProto.INT64
    )


def quantized(scheme: Scheme) -> OnnxModel:
    model = build()
    for _ in quantize_weights(model, scheme, TEXTS):
        pass
    return model


def mean_gap(model: OnnxModel) -> float:
    gaps = [
        np.abs(run(model, input_ids=np.array([text])) - run(build(), input_ids=np.array([text])))
        for text in TEXTS
    ]
    return float(np.mean([gap.mean() for gap in gaps]))


def test_find_weights_gives_them_in_graph_order() -> None:
    weights = find_weights(build())

    assert [weight.name for weight in weights] == ["up", "down"]
    assert all(weight.may_shift for weight in weights)
    np.testing.assert_array_equal(weights[0].value, UP)


def test_find_weights_leaves_products_of_activations_and_stacks_of_matrices() -> None:
    nodes = [
        make_node("MatMul", ["x", "stack"], ["h"]),
        make_node("MatMul", ["h", "h"], ["y"]),
    ]
    model = build_model(nodes, {"stack": random_floats(2, 4, 4)}, output="y")

    assert find_weights(model) == []


def test_find_weights_joins_the_readers_of_a_shared_weight() -> None:
    nodes = [
        make_node("MatMul", ["x", "square"], ["h"]),
        make_node("MatMul", ["h", "square"], ["y"]),
    ]
    model = build_model(nodes, {"square": random_floats(4, 4)}, output="y")

    [weight] = find_weights(model)

    assert len(weight.nodes) == 2


def test_find_weights_knows_that_attention_cannot_be_shifted() -> None:
    attention = make_node(
        "Attention", ["x", "weight", "bias"], ["y"], domain="com.microsoft", num_heads=2
    )
    constants = {"weight": random_floats(4, 12), "bias": random_floats(12)}

    [weight] = find_weights(build_model([attention], constants, output="y"))

    assert not weight.may_shift


def test_quantize_weights_equals_numpy() -> None:
    model = quantized(PLAIN)
    largest_code = PLAIN.largest_code or 0

    rows = TABLE[TEXTS[0]]
    wide = quantize_activations(rows) @ round_to_nearest(UP, largest_code).weight
    bent = np.tanh(wide + CONSTANTS["bias"])
    expected = quantize_activations(bent) @ round_to_nearest(DOWN, largest_code).weight
    logits = run(model, input_ids=np.array([TEXTS[0]]))[0]
    np.testing.assert_allclose(logits, expected, rtol=1e-2, atol=2e-2)


@pytest.mark.parametrize("scheme", INTEGER_SCHEMES.values(), ids=INTEGER_SCHEMES)
def test_quantize_weights_leaves_no_float_matrix(scheme: Scheme) -> None:
    model = quantized(scheme)

    assert find_weights(model) == []
    assert operations(model).count("MatMulIntegerToFloat") == 2


@pytest.mark.parametrize("name", [name for name in INTEGER_SCHEMES if name != "int8-plain"])
def test_quantize_weights_of_the_better_schemes_beats_the_plain_one(name: str) -> None:
    assert mean_gap(quantized(SCHEMES[name])) < 0.7 * mean_gap(quantized(PLAIN))


def test_quantize_weights_gains_from_each_of_its_means() -> None:
    smooth = replace(PLAIN, smooth=True)
    shifted = replace(smooth, shift_first_token=True)
    compensated = replace(shifted, compensate=True)

    gaps = [mean_gap(quantized(scheme)) for scheme in (PLAIN, smooth, shifted, compensated)]

    assert gaps == sorted(gaps, reverse=True)


def test_quantize_weights_tells_of_each_weight() -> None:
    assert list(quantize_weights(build(), PLAIN, TEXTS)) == ["up", "down"]
