"""Embedding tables in 8 bits, with one scale per row, or per channel where rows are sliced."""

import numpy as np
from onnx import helper, numpy_helper
from onnx.onnx_pb import NodeProto, TensorProto
from onnxruntime.transformers.onnx_model import OnnxModel

from model_export.weight_rounding import round_rows

_MIN_ROWS = 100
"""Smaller tables, for example token types, stay float: quantizing them saves nothing."""
_TABLE_RANK = 2


def quantize_embedding_tables(model: OnnxModel) -> None:
    """Store each embedding table that a Gather or a Slice reads as int8 codes and their scales.

    The full int8 range cannot overflow here on any processor: rows are multiplied in float.

    Args:
        model: The graph; changed in place.
    """
    for node in [*model.get_nodes_by_op_type("Gather"), *model.get_nodes_by_op_type("Slice")]:
        table = model.get_initializer(node.input[0])
        if table is None or table.data_type != TensorProto.FLOAT:
            continue
        if len(table.dims) == _TABLE_RANK and table.dims[0] >= _MIN_ROWS:
            _QUANTIZERS[node.op_type](model, node, table)


def _quantize_sliced_table(model: OnnxModel, node: NodeProto, table: TensorProto) -> None:
    """With one scale per channel, only the codes are sliced."""
    output = node.output[0]
    rounded = round_rows(np.ascontiguousarray(numpy_helper.to_array(table).T))
    codes, scales = np.ascontiguousarray(rounded.codes.T), rounded.scales.ravel()
    model.add_initializer(numpy_helper.from_array(codes, f"{output}_codes"))
    model.add_initializer(numpy_helper.from_array(scales, f"{output}_scales"))
    rows = [f"{output}_rows", f"{output}_floats"]
    model.add_nodes([
        helper.make_node("Slice", [f"{output}_codes", *node.input[1:]], [rows[0]]),
        helper.make_node("Cast", [rows[0]], [rows[1]], to=TensorProto.FLOAT),
        helper.make_node("Mul", [rows[1], f"{output}_scales"], [output]),
    ])  # fmt: skip
    model.remove_node(node)


def _quantize_gathered_table(model: OnnxModel, node: NodeProto, table: TensorProto) -> None:
    rounded = round_rows(numpy_helper.to_array(table))
    name, output = table.name, node.output[0]
    if model.get_initializer(f"{name}_codes") is None:
        model.add_initializer(numpy_helper.from_array(rounded.codes, f"{name}_codes"))
        model.add_initializer(numpy_helper.from_array(rounded.scales, f"{name}_scales"))
    rows = [f"{output}_codes", f"{output}_floats", f"{output}_scales"]
    model.add_nodes([
        helper.make_node("Gather", [f"{name}_codes", node.input[1]], [rows[0]]),
        helper.make_node("Cast", [rows[0]], [rows[1]], to=TensorProto.FLOAT),
        helper.make_node("Gather", [f"{name}_scales", node.input[1]], [rows[2]]),
        helper.make_node("Mul", rows[1:], [output]),
    ])  # fmt: skip
    model.remove_node(node)


_QUANTIZERS = {"Gather": _quantize_gathered_table, "Slice": _quantize_sliced_table}
