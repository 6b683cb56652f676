"""Splits a fused Attention whose query is only part of its input."""

import numpy as np
import onnx
from onnx import helper, numpy_helper
from onnxruntime.transformers.onnx_model import OnnxModel

_PROJECTIONS = ("query", "key", "value")


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
        domain="com.microsoft",
    )
    attention.attribute.extend(item for item in node.attribute if item.name == "num_heads")
    model.remove_node(node)
    model.add_node(attention)
