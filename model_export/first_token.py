"""Computes only the first token's row of the last layer where the classifier pools that token.

The exported graph computes all rows. Every operation of the layer is row-wise, and its attention is
row-wise in the query, so the Gather that selects the row can move up to the layer's input. The
attention then reads the other tokens without their keys and values (`attend_from_one_token`), and
the logits stay the same.
"""

import numpy as np
import onnx
from onnx import helper, numpy_helper
from onnxruntime.transformers.onnx_model import OnnxModel

from model_export.attention import attend_from_one_token, unpack_attention

_ROW_WISE = {
    "Add", "Cast", "Div", "Erf", "FastGelu", "Gelu", "LayerNormalization", "MatMul", "Mul",
    "MultiHeadAttention", "Pow", "Relu", "Sqrt", "Sub", "Tanh",
}  # fmt: skip
_TOKEN_AXIS = 1


def keep_first_token(model: OnnxModel) -> int:
    """Move each Gather of one token up through the row-wise operations that feed it.

    Args:
        model: The fused graph; changed in place.

    Returns:
        The number of operations that now compute one row instead of all.
    """
    return sum(
        _move_up(model, gather)
        for gather in model.get_nodes_by_op_type("Gather")
        if _selects_one_token(model, gather)
    )


def _selects_one_token(model: OnnxModel, gather: onnx.NodeProto) -> bool:
    index = model.get_constant_value(gather.input[1])
    axis = next((attribute.i for attribute in gather.attribute if attribute.name == "axis"), 0)
    dynamic = model.get_initializer(gather.input[0]) is None
    return axis == _TOKEN_AXIS and index is not None and np.ndim(index) == 0 and dynamic


def _move_up(model: OnnxModel, gather: onnx.NodeProto) -> int:
    region = _grow_region(model, gather)
    producers = model.output_name_to_node()
    inputs = {name for node in region for name in node.input}
    unpacked = set()
    for attention in [producers[name] for name in inputs if name in producers]:
        if attention.op_type == "Attention" and _read_only_by(model, attention, region):
            unpack_attention(model, attention)
            unpacked.add(attention.output[0])
            region = _grow_region(model, gather)
    if len(region) == 1:
        return 0
    _gather_inputs(model, gather, region)
    for node in region:
        if node.output[0] in unpacked:
            attend_from_one_token(model, node)
    model.topological_sort()
    return len(region) - 1


def _grow_region(model: OnnxModel, gather: onnx.NodeProto) -> list[onnx.NodeProto]:
    """Collect the row-wise operations whose results only the Gather reads, directly or not."""
    producers = model.output_name_to_node()
    region = [gather]
    for node in region:  # the list grows during the loop
        for name in _row_inputs(node):
            producer = producers.get(name)
            if producer is None or producer in region or not _is_row_wise(model, producer):
                continue
            if _read_only_by(model, producer, region):
                region.append(producer)
    return region


def _read_only_by(model: OnnxModel, node: onnx.NodeProto, region: list[onnx.NodeProto]) -> bool:
    name = node.output[0]
    is_graph_output = any(output.name == name for output in model.graph().output)
    return not is_graph_output and all(each in region for each in model.input_name_to_nodes()[name])


def _row_inputs(node: onnx.NodeProto) -> list[str]:
    """Name the inputs whose rows correspond to the rows of the output."""
    return [node.input[0]] if node.op_type == "MultiHeadAttention" else list(node.input)


def _is_row_wise(model: OnnxModel, node: onnx.NodeProto) -> bool:
    if node.op_type not in _ROW_WISE:
        return False
    constants = [model.get_constant_value(name) for name in node.input]
    if node.op_type == "MatMul":
        return constants[0] is None and np.ndim(constants[1]) == 2  # noqa: PLR2004  a matrix
    if node.op_type == "MultiHeadAttention":
        return True
    return all(constant is None or np.ndim(constant) <= 1 for constant in constants)


def _gather_inputs(model: OnnxModel, gather: onnx.NodeProto, region: list[onnx.NodeProto]) -> None:
    """Gather the row on every edge that enters the region, and on none inside it."""
    inside = {node.output[0] for node in region}
    index = numpy_helper.from_array(
        np.atleast_1d(model.get_constant_value(gather.input[1])).astype(np.int64),
        f"{gather.output[0]}_index",
    )
    zero = numpy_helper.from_array(np.array(0, dtype=np.int64), f"{gather.output[0]}_zero")
    model.add_initializer(index)
    model.add_initializer(zero)
    gathered: dict[str, str] = {}
    for node in region:
        for position, name in enumerate(_row_inputs(node)):
            if name in inside or model.get_constant_value(name) is not None:
                continue
            if name not in gathered:
                gathered[name] = f"{name}_for_{gather.output[0]}"
                model.add_node(
                    helper.make_node(
                        "Gather", [name, index.name], [gathered[name]], axis=_TOKEN_AXIS
                    )
                )
            node.input[position] = gathered[name]
    gather.input[1] = zero.name
    model.topological_sort()
