"""Rewrites a fused Attention that is asked for one token only."""

from typing import Any

import numpy as np
import onnx
from onnx import helper, numpy_helper
from onnxruntime.transformers.onnx_model import OnnxModel

_PROJECTIONS = ("query", "key", "value")
_DOMAIN = "com.microsoft"
_Operation = tuple[str, list[str], str, dict[str, Any]]
"""An operation's type, inputs, output and attributes."""


def unpack_attention(model: OnnxModel, node: onnx.NodeProto) -> None:
    """Replace an Attention with three MatMul and a MultiHeadAttention; the result is the same.

    Args:
        model: The graph; changed in place.
        node: An unmasked Attention (onnxruntime contrib operator) whose weight is a constant of
            shape (channels, 3 * channels): query, key and value side by side.
    """
    values, weight, bias = node.input[:3]
    matrices = np.split(
        numpy_helper.to_array(model.get_initializer(weight)), len(_PROJECTIONS), axis=1
    )
    for part, matrix in zip(_PROJECTIONS, matrices, strict=True):
        contiguous = np.ascontiguousarray(matrix)
        model.add_initializer(numpy_helper.from_array(contiguous, f"{weight}_{part}"))
        model.add_node(
            helper.make_node("MatMul", [values, f"{weight}_{part}"], [f"{node.output[0]}_{part}"])
        )
    attention = helper.make_node(
        "MultiHeadAttention",
        [*(f"{node.output[0]}_{part}" for part in _PROJECTIONS), bias],
        list(node.output[:1]),
        domain=_DOMAIN,
    )
    attention.attribute.extend(item for item in node.attribute if item.name == "num_heads")
    model.remove_node(node)
    model.add_node(attention)


def attend_from_one_token(model: OnnxModel, node: onnx.NodeProto) -> None:
    """Compute an attention with a single query without the keys and values of the tokens.

    For the tokens ``x`` and a head's query ``q``, ``q @ (x @ k).T`` is ``(q @ k.T) @ x.T``, and
    ``weights @ (x @ v)`` is ``(weights @ x) @ v``: per head a row is multiplied with each matrix,
    instead of all tokens. The bias of the keys adds the same to all scores of a head, so that the
    softmax drops it.

    Args:
        model: The graph; changed in place.
        node: A MultiHeadAttention as `unpack_attention` writes it, whose query has one row.
    """
    query, key, value, bias = node.input
    producers = model.output_name_to_node()
    tokens, key_weight = producers[key].input
    prefix, heads = node.output[0], helper.get_node_attr_value(node, "num_heads")
    keys = numpy_helper.to_array(model.get_initializer(key_weight))
    biases = np.split(numpy_helper.to_array(model.get_initializer(bias)), len(_PROJECTIONS))
    channels = keys.shape[1] // heads
    constants = {
        "query_bias": biases[0],
        "value_bias": biases[2],
        "head_columns": np.repeat(np.eye(heads, dtype=np.float32), channels, axis=1),
        "key_matrix": np.ascontiguousarray(keys.T / np.sqrt(np.float32(channels))),
        "head_sum": np.ones((1, 1, heads), np.float32),
    }
    for name, constant in constants.items():
        model.add_initializer(numpy_helper.from_array(constant, f"{prefix}_{name}"))
    operations = _operations_of_one_query(query, tokens, producers[value].input[1])
    model.remove_nodes([node, producers[key], producers[value]])
    inner = {*constants, *(operation[2] for operation in operations)}
    for operation, inputs, output, attributes in operations:
        names = [f"{prefix}_{name}" if name in inner else name for name in inputs]
        result = prefix if output == "context" else f"{prefix}_{output}"
        model.add_node(helper.make_node(operation, names, [result], **attributes))


def _operations_of_one_query(query: str, tokens: str, value_weight: str) -> list[_Operation]:
    return [
        ("Add", [query, "query_bias"], "biased_query", {}),
        ("Mul", ["biased_query", "head_columns"], "head_queries", {}),
        ("MatMul", ["head_queries", "key_matrix"], "key_queries", {}),
        ("FusedMatMul", ["key_queries", tokens], "scores", {"transB": 1, "domain": _DOMAIN}),
        ("Softmax", ["scores"], "weights", {"axis": -1}),
        ("MatMul", ["weights", tokens], "means", {}),
        ("MatMul", ["means", value_weight], "head_values", {}),
        ("Add", ["head_values", "value_bias"], "biased_values", {}),
        ("Mul", ["biased_values", "head_columns"], "head_contexts", {}),
        ("MatMul", ["head_sum", "head_contexts"], "context", {}),  # faster than a ReduceSum
    ]
