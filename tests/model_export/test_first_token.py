"""The graph with the moved Gather gives the same result and computes one row."""

import numpy as np
import pytest
from onnx import NodeProto, helper
from onnxruntime.transformers.onnx_model import OnnxModel

from model_export.first_token import keep_first_token
from tests.model_export.tiny_graphs import build_model, operations, random_floats, run

make_node = helper.make_node
CONSTANTS = {
    "weight": random_floats(8, 8),
    "bias": random_floats(8, seed=1),
    "gain": random_floats(8, seed=2),
    "first": np.array(0),
}
X = random_floats(1, 5, 8, seed=3)
PICK = make_node("Gather", ["h", "first"], ["y"], axis=1)
FEED_FORWARD = [
    make_node("MatMul", ["x", "weight"], ["product"]),
    make_node("Add", ["product", "bias"], ["shifted"]),
    make_node("Tanh", ["shifted"], ["bent"]),
    make_node("Add", ["bent", "x"], ["residual"]),
    make_node("LayerNormalization", ["residual", "gain", "bias"], ["h"]),
]


def build(*nodes: NodeProto, output: str = "y") -> OnnxModel:
    return build_model(nodes, CONSTANTS, output=output)


def test_keep_first_token_answers_the_same() -> None:
    model = build(*FEED_FORWARD, PICK)
    expected = run(model, x=X)

    moved = keep_first_token(model)

    assert moved == 5
    assert operations(model)[0] == "Gather"
    np.testing.assert_allclose(run(model, x=X), expected, rtol=1e-5, atol=1e-6)


def test_keep_first_token_gathers_a_shared_input_once() -> None:
    model = build(*FEED_FORWARD, PICK)

    keep_first_token(model)

    assert operations(model).count("Gather") == 2  # of x, and the pick itself


@pytest.mark.parametrize("index", [0, 3, -1])
def test_keep_first_token_keeps_the_token_that_was_picked(index: int) -> None:
    model = build_model([*FEED_FORWARD, PICK], CONSTANTS | {"first": np.array(index)}, output="y")
    expected = run(model, x=X)

    keep_first_token(model)

    np.testing.assert_allclose(run(model, x=X), expected, rtol=1e-5, atol=1e-6)


def test_keep_first_token_leaves_what_is_read_elsewhere() -> None:
    other = [
        make_node("ReduceMean", ["bent"], ["mean"], keepdims=0),
        make_node("Add", ["y", "mean"], ["z"]),
    ]
    model = build(*FEED_FORWARD, PICK, *other, output="z")
    expected = run(model, x=X)

    moved = keep_first_token(model)

    assert moved == 2  # the residual Add and the normalization, but nothing above "bent"
    np.testing.assert_allclose(run(model, x=X), expected, rtol=1e-5, atol=1e-6)


def test_keep_first_token_moves_past_a_tensor_read_twice_within() -> None:
    nodes = [
        make_node("Tanh", ["x"], ["bent"]),
        make_node("Mul", ["bent", "gain"], ["scaled"]),
        make_node("Add", ["scaled", "bent"], ["h"]),
    ]
    model = build(*nodes, PICK)
    expected = run(model, x=X)

    moved = keep_first_token(model)

    assert moved == 3
    np.testing.assert_allclose(run(model, x=X), expected, rtol=1e-6)


def test_keep_first_token_leaves_an_answer_of_the_graph_whole() -> None:
    model = build(*FEED_FORWARD, PICK, output="h")
    expected = run(model, x=X)

    moved = keep_first_token(model)

    assert moved == 0
    np.testing.assert_array_equal(run(model, x=X), expected)


def test_keep_first_token_stops_where_tokens_meet() -> None:
    nodes = [
        make_node("Transpose", ["x"], ["turned"], perm=[0, 2, 1]),
        make_node("MatMul", ["x", "turned"], ["mixed"]),
        make_node("MatMul", ["mixed", "x"], ["context"]),
        make_node("Softmax", ["context"], ["h"], axis=1),
    ]
    model = build(*nodes, PICK)

    moved = keep_first_token(model)

    assert moved == 0
    assert operations(model) == ["Transpose", "MatMul", "MatMul", "Softmax", "Gather"]


@pytest.mark.parametrize(
    "pick",
    [
        make_node("Gather", ["h", "first"], ["y"], axis=2),
        make_node("Gather", ["table", "rows"], ["y"], axis=1),
        make_node("Gather", ["h", "rows"], ["y"], axis=1),
    ],
    ids=["a channel", "of a constant", "several tokens"],
)
def test_keep_first_token_moves_only_the_pick_of_one_token(pick: NodeProto) -> None:
    constants = CONSTANTS | {"table": random_floats(1, 3, 8), "rows": np.array([0, 1])}
    model = build_model([*FEED_FORWARD, pick], constants, output="y")

    assert keep_first_token(model) == 0


def test_keep_first_token_moves_two_picks_of_one_tensor() -> None:
    picks = [
        make_node("Tanh", ["x"], ["left"]),
        make_node("Mul", ["x", "gain"], ["right"]),
        make_node("Gather", ["left", "first"], ["a"], axis=1),
        make_node("Gather", ["right", "last"], ["b"], axis=1),
        make_node("Add", ["a", "b"], ["y"]),
    ]
    model = build_model(picks, CONSTANTS | {"last": np.array(-1)}, output="y")
    expected = run(model, x=X)

    moved = keep_first_token(model)

    assert moved == 2
    np.testing.assert_allclose(run(model, x=X), expected, rtol=1e-6)
