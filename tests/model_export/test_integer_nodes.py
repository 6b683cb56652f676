"""The integer graph gives the same result as integers in numpy."""

import numpy as np
import pytest
from numpy.typing import NDArray
from onnx import NodeProto, helper
from onnxruntime.transformers.onnx_model import OnnxModel

from model_export.activation_scaling import (
    ActivationScaling,
    quantize_activations,
)
from model_export.integer_nodes import replace_with_integer_nodes
from model_export.weight_rounding import IntegerWeight, round_to_nearest
from tests.model_export.tiny_graphs import build_model, operations, random_floats, run

make_node = helper.make_node
CHANNELS, LARGEST_CODE, HEADS = 16, 64, 2
X = random_floats(1, 5, CHANNELS, seed=9)
WEIGHT = random_floats(CHANNELS, 8, seed=1)
BIAS = random_floats(8, seed=2)
MATMUL = make_node("MatMul", ["x", "weight"], ["product"])
ADD = make_node("Add", ["product", "bias"], ["y"])
ONES, ZEROS = np.ones(CHANNELS, np.float32), np.zeros(CHANNELS, np.float32)
DIVISORS = np.linspace(0.5, 3, CHANNELS, dtype=np.float32)
SINK = 40 * random_floats(CHANNELS, seed=4)
SCALINGS = {
    "as it is": ActivationScaling(ONES, ZEROS),
    "smoothed": ActivationScaling(DIVISORS, ZEROS),
    "shifted": ActivationScaling(ONES, SINK),
    "smoothed and shifted": ActivationScaling(DIVISORS, SINK),
}


def input_of(scaling: ActivationScaling) -> NDArray[np.float32]:
    """An input whose first token is near what is taken off it."""
    x = X.copy()
    x[0, 0] += scaling.first_token
    return x


def round_part(scaling: ActivationScaling) -> IntegerWeight:
    return round_to_nearest(scaling.scale_weight(WEIGHT), LARGEST_CODE)


def emulate(scaling: ActivationScaling, rounded: IntegerWeight) -> NDArray[np.float32]:
    """The product as the integer graph should give it."""
    product = quantize_activations(scaling.scale(input_of(scaling)[0])) @ rounded.weight
    product[0] += scaling.first_token @ WEIGHT
    return product[None]


def build(*nodes: NodeProto, output: str) -> OnnxModel:
    return build_model(nodes, {"weight": WEIGHT, "bias": BIAS}, output=output)


def replace(model: OnnxModel, scaling: ActivationScaling, rounded: IntegerWeight) -> None:
    nodes = model.get_nodes_by_op_type("MatMul")
    replace_with_integer_nodes(model, nodes, WEIGHT, scaling, rounded)
    model.prune_graph()
    model.topological_sort()


@pytest.mark.parametrize("scaling", SCALINGS.values(), ids=SCALINGS)
def test_replace_with_integer_nodes_equals_numpy(scaling: ActivationScaling) -> None:
    model, rounded = build(MATMUL, ADD, output="y"), round_part(scaling)

    replace(model, scaling, rounded)

    expected = emulate(scaling, rounded) + BIAS
    np.testing.assert_allclose(run(model, x=input_of(scaling)), expected, rtol=1e-4, atol=1e-4)


@pytest.mark.parametrize("scaling", SCALINGS.values(), ids=SCALINGS)
def test_replace_with_integer_nodes_stays_near_the_floats(scaling: ActivationScaling) -> None:
    model = build(MATMUL, ADD, output="y")

    replace(model, scaling, round_part(scaling))

    expected = input_of(scaling) @ WEIGHT + BIAS
    gaps = np.abs(run(model, x=input_of(scaling)) - expected)
    assert gaps.max() < 0.05 * np.abs(X @ WEIGHT).max()


def test_replace_with_integer_nodes_takes_the_bias_in() -> None:
    model, scaling = build(MATMUL, ADD, output="y"), SCALINGS["as it is"]

    replace(model, scaling, round_part(scaling))

    assert operations(model) == ["DynamicQuantizeLinear", "MatMulIntegerToFloat"]


def test_replace_with_integer_nodes_needs_no_bias() -> None:
    model, scaling = build(MATMUL, output="product"), SCALINGS["shifted"]
    rounded = round_part(scaling)

    replace(model, scaling, rounded)

    expected = emulate(scaling, rounded)
    np.testing.assert_allclose(run(model, x=input_of(scaling)), expected, rtol=1e-4, atol=1e-4)


@pytest.mark.parametrize(
    "readers",
    [
        [ADD, make_node("Mul", ["y", "product"], ["z"])],
        [make_node("Add", ["product", "product"], ["z"])],
        [make_node("Add", ["product", "matrix"], ["z"])],
    ],
    ids=["a product read twice", "no constant", "no vector"],
)
def test_replace_with_integer_nodes_leaves_an_add_that_is_no_bias(
    readers: list[NodeProto],
) -> None:
    constants = {"weight": WEIGHT, "bias": BIAS, "matrix": random_floats(1, 5, 8)}
    float_model, model = (build_model([MATMUL, *readers], constants, output="z") for _ in range(2))
    scaling = SCALINGS["as it is"]

    replace(model, scaling, round_part(scaling))

    assert "Add" in operations(model)
    expected = run(float_model, x=X)
    assert np.abs(run(model, x=X) - expected).max() < 0.05 * np.abs(expected).max()


def test_replace_with_integer_nodes_shares_one_weight_between_layers() -> None:
    nodes = [
        make_node("MatMul", ["x", "square"], ["h"]),
        make_node("Tanh", ["h"], ["bent"]),
        make_node("MatMul", ["bent", "square"], ["y"]),
    ]
    square = random_floats(CHANNELS, CHANNELS, seed=5)
    model = build_model(nodes, {"square": square}, output="y")
    scaling = SCALINGS["smoothed"]
    rounded = round_to_nearest(scaling.scale_weight(square), LARGEST_CODE)

    replace_with_integer_nodes(
        model, model.get_nodes_by_op_type("MatMul"), square, scaling, rounded
    )
    model.topological_sort()

    def product(x: NDArray[np.float32]) -> NDArray[np.float32]:
        return quantize_activations(x / scaling.divisors) @ rounded.weight

    expected = product(np.tanh(product(X)))
    np.testing.assert_allclose(run(model, x=X), expected, rtol=1e-3, atol=1e-3)


def test_replace_with_integer_nodes_keeps_attention() -> None:
    weight, bias = random_floats(CHANNELS, 3 * CHANNELS), random_floats(3 * CHANNELS)
    attention = make_node(
        "Attention", ["x", "weight", "bias"], ["y"], domain="com.microsoft", num_heads=HEADS
    )
    constants = {"weight": weight, "bias": bias}
    model, in_floats = (build_model([attention], constants, output="y") for _ in range(2))
    scaling = SCALINGS["smoothed"]
    rounded = round_to_nearest(scaling.scale_weight(weight), LARGEST_CODE)

    replace_with_integer_nodes(
        model, model.get_nodes_by_op_type("Attention"), weight, scaling, rounded
    )
    model.prune_graph()
    model.topological_sort()

    assert operations(model) == ["Mul", "DynamicQuantizeLinear", "QAttention"]
    # The float graph with the rounded weight and input is the emulation.
    in_floats.get_initializer("weight").CopyFrom(
        helper.make_tensor("weight", 1, weight.shape, rounded.weight.ravel())
    )
    expected = run(in_floats, x=quantize_activations(X / scaling.divisors))
    np.testing.assert_allclose(run(model, x=X), expected, rtol=1e-3, atol=1e-3)
