"""Writes an integer matrix multiplication as ONNX operations.

For ``y = x @ w + b``::

    x ── Mul ── ScatterND ── DynamicQuantizeLinear ── MatMulIntegerToFloat ── ScatterND ── y

Mul divides the channels, the first ScatterND subtracts constants from the first token's row, and
the second adds their product; each is there only if it is needed. onnxruntime's offline optimizer
then merges DynamicQuantizeLinear into the multiplication. ContribOperators.md of onnxruntime
describes the operations of the ``com.microsoft`` domain.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import helper, numpy_helper
from onnxruntime.transformers.onnx_model import OnnxModel

from model_export.activation_scaling import ActivationScaling
from model_export.weight_rounding import IntegerWeight

_DOMAIN = "com.microsoft"


def replace_with_integer_nodes(
    model: OnnxModel,
    nodes: Sequence[onnx.NodeProto],
    weight: NDArray[np.float32],
    scaling: ActivationScaling,
    rounded: IntegerWeight,
) -> None:
    """Replace each node by operations that multiply with the rounded weight.

    Args:
        model: The graph; changed in place.
        nodes: The MatMul or Attention nodes that multiply with ``weight``.
        weight: float32, shape (in_channels, out_channels).
        scaling: How their input, of shape (1, seq_len, in_channels) if it is shifted, is changed.
        rounded: Integer weight, of the rows multiplied by the divisors.
    """
    name = nodes[0].input[1]
    constants: dict[str, NDArray[Any]] = {
        "codes": rounded.codes,
        "scales": rounded.scales,
        "zero_points": np.zeros(len(rounded.scales), np.int8),
    }
    if scaling.divides:
        constants["factors"] = 1 / scaling.divisors
    if scaling.shifts:
        constants["shift"] = -(scaling.first_token / scaling.divisors)[None]
        constants["shift_product"] = (scaling.first_token @ weight)[None]
        constants["first_token"] = np.zeros((1, 2), np.int64)  # of the first text of the batch
    for suffix, value in constants.items():
        model.add_initializer(numpy_helper.from_array(value, f"{name}_{suffix}"))
    for node in nodes:
        quantized = _add_quantized_input(model, node, scaling)
        if node.op_type == "Attention":
            _replace_attention(model, node, quantized)
        else:
            _replace_matmul(model, node, quantized, shifted=scaling.shifts)


def _add_quantized_input(
    model: OnnxModel, node: onnx.NodeProto, scaling: ActivationScaling
) -> list[str]:
    """Quantize a node's input; returns the names of codes, scale and zero point."""
    values, weight = node.input[:2]
    if scaling.divides:
        scaled = f"{node.output[0]}_scaled_input"
        model.add_node(helper.make_node("Mul", [values, f"{weight}_factors"], [scaled]))
        values = scaled
    if scaling.shifts:
        shifted = f"{node.output[0]}_shifted_input"
        model.add_node(_add_to_first_token(values, weight, "shift", shifted))
        values = shifted
    quantized = [f"{node.output[0]}_input_{part}" for part in ("codes", "scale", "zero_point")]
    model.add_node(helper.make_node("DynamicQuantizeLinear", [values], quantized))
    return quantized


def _add_to_first_token(values: str, weight: str, addend: str, output: str) -> onnx.NodeProto:
    inputs = [values, f"{weight}_first_token", f"{weight}_{addend}"]
    return helper.make_node("ScatterND", inputs, [output], reduction="add")


def _replace_attention(model: OnnxModel, node: onnx.NodeProto, quantized: list[str]) -> None:
    codes, scale, zero_point = quantized
    weight, bias, no_mask = node.input[1], node.input[2], ""
    inputs = [codes, f"{weight}_codes", bias, scale, f"{weight}_scales", no_mask, zero_point]
    integer = helper.make_node(
        "QAttention", [*inputs, f"{weight}_zero_points"], list(node.output), domain=_DOMAIN
    )
    integer.attribute.extend(item for item in node.attribute if item.name == "num_heads")
    model.remove_node(node)
    model.add_node(integer)


def _replace_matmul(
    model: OnnxModel, node: onnx.NodeProto, quantized: list[str], *, shifted: bool
) -> None:
    codes, scale, zero_point = quantized
    weight = node.input[1]
    bias_add = _find_bias_add(model, node)
    bias, output = "", node.output[0]
    if bias_add is not None:
        bias = next(name for name in bias_add.input if name != node.output[0])
        output = bias_add.output[0]
        model.remove_node(bias_add)
    product = f"{output}_of_shifted_input" if shifted else output
    inputs = [codes, f"{weight}_codes", scale, f"{weight}_scales", zero_point]
    inputs += [f"{weight}_zero_points", bias]
    model.remove_node(node)
    model.add_node(helper.make_node("MatMulIntegerToFloat", inputs, [product], domain=_DOMAIN))
    if shifted:
        model.add_node(_add_to_first_token(product, weight, "shift_product", output))


def _find_bias_add(model: OnnxModel, node: onnx.NodeProto) -> onnx.NodeProto | None:
    """Find the Add of a bias vector that is the only reader of a node's output."""
    readers = model.input_name_to_nodes().get(node.output[0], [])
    if len(readers) != 1 or readers[0].op_type != "Add":
        return None
    other = next((name for name in readers[0].input if name != node.output[0]), "")
    bias = model.get_initializer(other)
    return readers[0] if bias is not None and len(bias.dims) == 1 else None
