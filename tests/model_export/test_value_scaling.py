"""Values are scaled inside the attention's weight, with the same results."""

import numpy as np
from onnx import NodeProto, TensorProto, helper, numpy_helper
from onnxruntime.transformers.onnx_model import OnnxModel

from model_export.schemes import SCHEMES
from model_export.value_scaling import scale_values
from tests.model_export.tiny_graphs import build_model, operations, random_floats, run

make_node = helper.make_node
CHANNELS = 16
WEIGHT = random_floats(CHANNELS, 3 * CHANNELS)
WEIGHT[:, -3] *= 200  # a channel of the values stands out
CONSTANTS = {
    "table": random_floats(50, CHANNELS, seed=6),
    "weight": WEIGHT,
    "bias": random_floats(3 * CHANNELS, seed=1),
    "out": random_floats(CHANNELS, 8, seed=2),
}
TEXTS = [np.random.default_rng(i).integers(0, 50, 4 + i).tolist() for i in range(6)]
IDS = np.array([TEXTS[0]])
LOOK_UP = make_node("Gather", ["table", "input_ids"], ["x"])
ATTENTION = make_node(
    "Attention", ["x", "weight", "bias"], ["context"], domain="com.microsoft", num_heads=2
)
PROJECTION = make_node("MatMul", ["context", "out"], ["y"])


def build(*nodes: NodeProto, output: str = "y") -> OnnxModel:
    return build_model(
        [LOOK_UP, *nodes],
        CONSTANTS,
        output=output,
        inputs=["input_ids"],
        input_type=TensorProto.INT64,
    )


def read(model: OnnxModel, name: str) -> np.ndarray:
    return np.asarray(numpy_helper.to_array(model.get_initializer(name)))


def test_scale_values_answers_the_same_with_the_same_operations() -> None:
    model = build(ATTENTION, PROJECTION)
    expected, before = run(model, input_ids=IDS), operations(model)

    scale_values(model, SCHEMES["int8"], TEXTS)

    assert operations(model) == before
    np.testing.assert_allclose(run(model, input_ids=IDS), expected, rtol=1e-4, atol=1e-2)


def test_scale_values_narrows_what_stands_out_in_the_context() -> None:
    model = build(ATTENTION, PROJECTION)
    context = run(build(ATTENTION, output="context"), input_ids=IDS)

    scale_values(model, SCHEMES["int8"], TEXTS)

    divisors = read(model, "out")[:, 0] / CONSTANTS["out"][:, 0]
    assert divisors[-3] > 5 * np.delete(divisors, -3).max()
    narrowed = np.abs(context / divisors).max(axis=(0, 1))
    assert narrowed.max() / np.median(narrowed) < 0.2 * (
        np.abs(context).max() / np.median(np.abs(context).max(axis=(0, 1)))
    )


def test_scale_values_leaves_queries_and_keys() -> None:
    model = build(ATTENTION, PROJECTION)

    scale_values(model, SCHEMES["int8"], TEXTS)

    np.testing.assert_array_equal(read(model, "weight")[:, : 2 * CHANNELS], WEIGHT[:, :-CHANNELS])


def test_scale_values_leaves_a_context_that_is_read_elsewhere() -> None:
    other = [
        make_node("ReduceMax", ["context"], ["largest"], keepdims=0),
        make_node("Add", ["y", "largest"], ["z"]),
    ]
    model = build(ATTENTION, PROJECTION, *other, output="z")

    scale_values(model, SCHEMES["int8"], TEXTS)

    np.testing.assert_array_equal(read(model, "weight"), WEIGHT)


def test_scale_values_leaves_a_graph_of_a_scheme_without_smoothing() -> None:
    model = build(ATTENTION, PROJECTION)

    for scheme in ("int8-plain", "fp32"):
        scale_values(model, SCHEMES[scheme], TEXTS)

    np.testing.assert_array_equal(read(model, "weight"), WEIGHT)
