"""Fuses the exported graph and simplifies it for one unpadded text at a time."""

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import helper, numpy_helper
from onnxruntime.transformers.fusion_options import FusionOptions
from onnxruntime.transformers.onnx_model import OnnxModel
from onnxruntime.transformers.optimizer import optimize_by_fusion
from transformers import PretrainedConfig

_SHARES_WEIGHTS_BETWEEN_LAYERS = {"albert"}
_MASK_INPUT = 3
_MAX_LABELS = 16


def fuse(model: onnx.ModelProto, config: PretrainedConfig) -> OnnxModel:
    """Fuse attention, GELU and layer normalization, and drop what one unpadded text does not need.

    onnxruntime's BiasGelu and SkipLayerNormalization are not used: at this model size they are
    slower than the Gelu, Add and LayerNormalization that they replace.

    Args:
        model: The graph as exported, float32; changed in place.
        config: The checkpoint's configuration.
    """
    options = FusionOptions("bert")
    options.enable_attention = config.model_type not in _SHARES_WEIGHTS_BETWEEN_LAYERS
    options.enable_skip_layer_norm = False
    options.enable_bias_skip_layer_norm = False
    options.enable_embed_layer_norm = False
    options.enable_bias_gelu = False
    fused = optimize_by_fusion(
        model,
        model_type="bert",
        num_heads=getattr(config, "num_attention_heads", 0),
        hidden_size=getattr(config, "hidden_size", 0),
        optimization_options=options,
    )
    _drop_attention_masks(fused)
    _fold_token_types(fused)
    _split_dense_gemms(fused)
    _slice_positions(fused)
    fused.prune_graph()
    return fused


def _drop_attention_masks(model: OnnxModel) -> None:
    for node in model.get_nodes_by_op_type("Attention"):
        if len(node.input) > _MASK_INPUT:
            node.input[_MASK_INPUT] = ""


def _fold_token_types(model: OnnxModel) -> None:
    """Replace the token type embedding by a constant: a single text always reads row 0.

    The constant is added to the table of words, if nothing else reads that table.
    """
    for node in model.get_nodes_by_op_type("Gather"):
        table = model.get_initializer(node.input[0])
        if table is None or node.input[1] != "token_type_ids":
            continue
        values = numpy_helper.to_array(table)[0]
        row = numpy_helper.from_array(values, f"{table.name}_row_0")
        model.add_initializer(row)
        model.replace_input_of_all_nodes(node.output[0], row.name)
        model.remove_node(node)
        _add_to_table(model, row.name, values)


def _add_to_table(model: OnnxModel, row: str, values: NDArray[np.float32]) -> None:
    """Add a constant to a table, if an Add is all that reads the table's rows and the constant."""
    readers, producers = model.input_name_to_nodes(), model.output_name_to_node()
    for add in readers.get(row, []):
        gather = producers.get(next((name for name in add.input if name != row), ""))
        if add.op_type != "Add" or gather is None or gather.op_type != "Gather":
            continue
        table = model.get_initializer(gather.input[0])
        if table is None or len(readers[table.name]) > 1 or len(readers[gather.output[0]]) > 1:
            continue
        shifted = numpy_helper.to_array(table) + values
        table.CopyFrom(numpy_helper.from_array(shifted, table.name))
        model.replace_input_of_all_nodes(add.output[0], gather.output[0])
        model.remove_node(add)


def _slice_positions(model: OnnxModel) -> None:
    """Read the first rows of a table of positions at once, not each by its number.

    The tokens of a text have the positions 0, 1, 2 and so on; a table that starts elsewhere, as
    RoBERTa's does, is still read by number.
    """
    producers = model.output_name_to_node()
    for gather in model.get_nodes_by_op_type("Gather"):
        positions = producers.get(gather.input[1])
        if positions is None or positions.op_type != "Slice":
            continue
        numbers, starts, _, axes, *_ = (model.get_constant_value(name) for name in positions.input)
        table = model.get_initializer(gather.input[0])
        if table is None or not _counts_from_zero(numbers) or (starts, axes) != (0, 1):
            continue
        name = f"{gather.output[0]}_axis"
        model.add_initializer(numpy_helper.from_array(np.array([0], np.int64), name))
        inputs = [table.name, name, positions.input[2], name]
        model.remove_node(gather)
        model.add_node(helper.make_node("Slice", inputs, list(gather.output)))
    model.topological_sort()


def _counts_from_zero(numbers: NDArray[np.int64] | None) -> bool:
    return numbers is not None and np.array_equal(numbers, np.arange(numbers.size)[None])


def _split_dense_gemms(model: OnnxModel) -> None:
    """Write a pooler's Gemm as MatMul and Add, so that it is quantized like any other matrix.

    The last Gemm, which produces the logits, stays: it is tiny, and rounding it moves the scores.
    """
    for node in model.get_nodes_by_op_type("Gemm"):
        weight = model.get_initializer(node.input[1])
        settings = {item.name: helper.get_attribute_value(item) for item in node.attribute}
        plain = settings.get("alpha", 1) == settings.get("beta", 1) == 1
        if weight is None or not plain or settings.get("transA") or len(node.input) < 3:  # noqa: PLR2004  no bias
            continue
        matrix = numpy_helper.to_array(weight)
        matrix = matrix.T if settings.get("transB") else matrix
        if matrix.shape[1] < _MAX_LABELS:
            continue
        name, product = f"{weight.name}_matrix", f"{node.output[0]}_product"
        model.add_initializer(numpy_helper.from_array(np.ascontiguousarray(matrix), name))
        model.add_nodes([
            helper.make_node("MatMul", [node.input[0], name], [product]),
            helper.make_node("Add", [product, node.input[2]], [node.output[0]]),
        ])  # fmt: skip
        model.remove_node(node)
    model.topological_sort()
