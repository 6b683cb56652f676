"""An unpacked Attention gives the same result, whole and for its first token."""

import numpy as np
import pytest
from onnx import NodeProto, helper
from onnxruntime.transformers.onnx_model import OnnxModel

from model_export.attention import unpack_attention
from model_export.first_token import keep_first_token
from tests.model_export.tiny_graphs import build_model, operations, random_floats, run

make_node = helper.make_node
X = random_floats(1, 5, 16, seed=3)
CONSTANTS = {
    "weight": random_floats(16, 48),
    "bias": random_floats(48, seed=1),
    "first": np.array(0),
}
ATTENTION = make_node(
    "Attention", ["x", "weight", "bias"], ["context"], domain="com.microsoft", num_heads=2
)
REST = [
    make_node("Add", ["context", "x"], ["residual"]),
    make_node("Gather", ["residual", "first"], ["y"], axis=1),
]


def build(*nodes: NodeProto, output: str = "y") -> OnnxModel:
    return build_model(nodes, CONSTANTS, output=output)


def test_unpack_attention_answers_the_same() -> None:
    model = build(ATTENTION, output="context")
    expected = run(model, x=X)

    unpack_attention(model, model.get_nodes_by_op_type("Attention")[0])
    model.topological_sort()

    assert operations(model) == ["MatMul", "MatMul", "MatMul", "MultiHeadAttention"]
    np.testing.assert_allclose(run(model, x=X), expected, rtol=1e-4, atol=1e-5)


def test_keep_first_token_asks_attention_for_one_row() -> None:
    model = build(ATTENTION, *REST)
    expected = run(model, x=X)

    moved = keep_first_token(model)

    assert moved == 3  # the Add, the attention, and the query it reads
    np.testing.assert_allclose(run(model, x=X), expected, rtol=1e-4, atol=1e-5)


def test_keep_first_token_multiplies_no_matrix_with_every_token() -> None:
    model = build(ATTENTION, *REST)

    keep_first_token(model)

    readers = [node for node in model.nodes() if "x" in node.input]
    assert sorted(node.op_type for node in readers) == ["FusedMatMul", "Gather", "MatMul"]
    [means] = [node for node in readers if node.op_type == "MatMul"]
    assert means.input[1] == "x"
    assert model.get_initializer(means.input[0]) is None


@pytest.mark.parametrize("tokens", [1, 2, 40])
def test_keep_first_token_answers_the_same_for_any_length(tokens: int) -> None:
    x = 3 * random_floats(1, tokens, 16, seed=tokens)
    model = build(ATTENTION, *REST)
    expected = run(model, x=x)

    keep_first_token(model)

    np.testing.assert_allclose(run(model, x=x), expected, rtol=1e-4, atol=1e-4)


def test_keep_first_token_keeps_texts_of_a_batch_apart() -> None:
    x = random_floats(3, 5, 16, seed=8)
    model = build(ATTENTION, *REST)
    expected = run(model, x=x)

    keep_first_token(model)

    np.testing.assert_allclose(run(model, x=x), expected, rtol=1e-4, atol=1e-5)


def test_keep_first_token_leaves_an_attention_that_is_read_elsewhere() -> None:
    other = [
        make_node("ReduceMean", ["context"], ["mean"], keepdims=0),
        make_node("Add", ["y", "mean"], ["z"]),
    ]
    model = build(ATTENTION, *REST, *other, output="z")
    expected = run(model, x=X)

    keep_first_token(model)

    assert "Attention" in operations(model)
    np.testing.assert_allclose(run(model, x=X), expected, rtol=1e-4, atol=1e-5)
