"""The exported graph, reshaped for one unpadded text at a time, with the same answers."""

import onnx
from onnx import numpy_helper
from onnxruntime.transformers.fusion_options import FusionOptions
from onnxruntime.transformers.onnx_model import OnnxModel
from onnxruntime.transformers.optimizer import optimize_by_fusion
from transformers import PretrainedConfig

_SHARES_WEIGHTS_BETWEEN_LAYERS = {"albert"}
_MASK_INPUT = 3


def fuse(model: onnx.ModelProto, config: PretrainedConfig) -> OnnxModel:
    """Fuse attention, GELU and layer normalization, and drop what one unpadded text never needs.

    onnxruntime's BiasGelu and SkipLayerNormalization kernels are left out: on this size of model
    they are slower than the plain Gelu, Add and LayerNormalization they replace.

    Args:
        model: The graph as exported, float32; it is changed.
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
    fused.prune_graph()
    return fused


def _drop_attention_masks(model: OnnxModel) -> None:
    for node in model.get_nodes_by_op_type("Attention"):
        if len(node.input) > _MASK_INPUT:
            node.input[_MASK_INPUT] = ""


def _fold_token_types(model: OnnxModel) -> None:
    """Read the token type embedding of a single text, row 0, as a constant."""
    for node in model.get_nodes_by_op_type("Gather"):
        table = model.get_initializer(node.input[0])
        if table is None or node.input[1] != "token_type_ids":
            continue
        row = numpy_helper.from_array(numpy_helper.to_array(table)[0], f"{table.name}_row_0")
        model.add_initializer(row)
        model.replace_input_of_all_nodes(node.output[0], row.name)
        model.remove_node(node)
