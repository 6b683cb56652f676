"""Quantizes the matrix multiplications of a graph to 8 bits: inputs scaled, weights rounded."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import numpy_helper
from onnxruntime.transformers.onnx_model import OnnxModel

from model_export.activation_ranges import Activations, record_activations
from model_export.activation_scaling import (
    ActivationScaling,
    choose_scaling,
    quantize_activations,
)
from model_export.integer_nodes import replace_with_integer_nodes
from model_export.schemes import Scheme
from model_export.weight_rounding import (
    IntegerWeight,
    round_to_nearest,
    round_with_compensation,
)

_WEIGHTS_PER_PASS = 4
"""Inputs recorded in one pass, which bounds memory: 10,000 tokens of 4 x 1,536 floats: 250 MB."""
_EVERY_SECOND = slice(None, None, 2)
_MIN_ROWS_PER_CHANNEL = 2
"""With fewer recorded rows per channel, compensation would fit noise."""
_MATRIX_RANK = 2


@dataclass(frozen=True)
class Weight:
    """A matrix and the operations that multiply with it; several where layers share weights."""

    name: str
    value: NDArray[np.float32]
    nodes: list[onnx.NodeProto]

    @property
    def may_shift(self) -> bool:
        """Whether a row of the product can be corrected, which a fused Attention cannot do."""
        return all(node.op_type == "MatMul" for node in self.nodes)


def find_weights(model: OnnxModel) -> list[Weight]:
    """Find the matrices that MatMul and Attention multiply activations with, in graph order."""
    nodes = defaultdict(list)
    for node in model.nodes():
        if node.op_type in {"MatMul", "Attention"} and model.get_initializer(node.input[1]):
            nodes[node.input[1]].append(node)
    values = {name: numpy_helper.to_array(model.get_initializer(name)) for name in nodes}
    return [
        Weight(name, values[name], nodes[name])
        for name in nodes
        if values[name].ndim == _MATRIX_RANK
    ]


def quantize_weights(
    model: OnnxModel, scheme: Scheme, encoded_texts: Sequence[Sequence[int]]
) -> Iterator[str]:
    """Replace each matrix multiplication with its integer form.

    Args:
        model: The fused float32 graph; changed in place.
        scheme: An integer scheme.
        encoded_texts: input_ids of the texts on which activations are recorded.

    Yields:
        The name of each weight once it is quantized, to show progress.
    """
    original = onnx.ModelProto()
    original.CopyFrom(model.model)
    weights = find_weights(model)
    for start in range(0, len(weights), _WEIGHTS_PER_PASS):
        group = weights[start : start + _WEIGHTS_PER_PASS]
        tensors = sorted({node.input[0] for weight in group for node in weight.nodes})
        recorded = record_activations(original, tensors, encoded_texts)
        for weight in group:
            inputs = [recorded[node.input[0]] for node in weight.nodes]
            activations = Activations(
                texts=[text for each in inputs for text in each.texts],
                by_token=all(each.by_token for each in inputs),
            )
            scaling, rounded = _quantize(weight, activations, scheme)
            replace_with_integer_nodes(model, weight.nodes, weight.value, scaling, rounded)
            yield weight.name
    model.prune_graph()
    model.topological_sort()


def _quantize(
    weight: Weight, activations: Activations, scheme: Scheme
) -> tuple[ActivationScaling, IntegerWeight]:
    largest_code = scheme.largest_code or 0
    scaling = choose_scaling(
        activations.texts[_EVERY_SECOND],
        weight.value,
        scheme,
        may_shift=weight.may_shift and activations.by_token,
    )
    scaled = scaling.scale_weight(weight.value)
    rows = sum(map(len, activations.texts))
    if not scheme.compensate or rows < _MIN_ROWS_PER_CHANNEL * len(scaled):
        return scaling, round_to_nearest(scaled, largest_code)
    inputs = np.concatenate(
        [quantize_activations(scaling.scale(text)) for text in activations.texts]
    )
    return scaling, round_with_compensation(scaled, inputs, largest_code)
