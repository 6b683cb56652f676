"""Fuses the exported graph and simplifies it for one unpadded text at a time."""

import numpy as np
import onnx
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
    fused.prune_graph()
    return fused


def _drop_attention_masks(model: OnnxModel) -> None:
    for node in model.get_nodes_by_op_type("Attention"):
        if len(node.input) > _MASK_INPUT:
            node.input[_MASK_INPUT] = ""


def _fold_token_types(model: OnnxModel) -> None:
    """Replace the token type embedding by a constant: a single text always reads row 0."""
    for node in model.get_nodes_by_op_type("Gather"):
        table = model.get_initializer(node.input[0])
        if table is None or node.input[1] != "token_type_ids":
            continue
        row = numpy_helper.from_array(numpy_helper.to_array(table)[0], f"{table.name}_row_0")
        model.add_initializer(row)
        model.replace_input_of_all_nodes(node.output[0], row.name)
        model.remove_node(node)


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
