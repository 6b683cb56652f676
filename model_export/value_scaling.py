"""Scales each attention's values so that the projection that reads them loses less in 8 bits.

A context is a weighted mean of values, so dividing a channel of the values divides it in the
context. The divisors of SmoothQuant (arXiv:2211.10438) are folded into the value part of the
attention's weight and bias: nothing is left to compute.
"""

from collections.abc import Iterator, Sequence

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import numpy_helper
from onnxruntime.transformers.onnx_model import OnnxModel

from model_export.activation_ranges import record_activations
from model_export.activation_scaling import find_divisors
from model_export.schemes import Scheme

_ATTENTIONS_PER_PASS = 4
"""Contexts recorded in one pass, which bounds memory."""


def scale_values(model: OnnxModel, scheme: Scheme, encoded_texts: Sequence[Sequence[int]]) -> None:
    """Divide the values of each Attention by what suits the MatMul that reads its context.

    Args:
        model: The fused float32 graph; changed in place, with the same results.
        scheme: Nothing changes unless it smooths activations.
        encoded_texts: input_ids of the texts on which activations are recorded.
    """
    if not scheme.smooth or scheme.largest_code is None:
        return
    pairs = list(_find_pairs(model))
    for start in range(0, len(pairs), _ATTENTIONS_PER_PASS):
        group = pairs[start : start + _ATTENTIONS_PER_PASS]
        contexts = [attention.output[0] for attention, _ in group]
        recorded = record_activations(model.model, contexts, encoded_texts)
        for attention, projection in group:
            weight = _read(model, projection.input[1])
            divisors = find_divisors(
                recorded[attention.output[0]].texts, weight, scheme.largest_code
            )
            _divide_values(model, attention, divisors)
            _write(model, projection.input[1], weight * divisors[:, None])


def _find_pairs(model: OnnxModel) -> Iterator[tuple[onnx.NodeProto, onnx.NodeProto]]:
    """Find each Attention with the MatMul that alone reads its context, if no weight is shared."""
    readers = model.input_name_to_nodes()
    for attention in model.get_nodes_by_op_type("Attention"):
        projections = readers.get(attention.output[0], [])
        if len(projections) != 1 or projections[0].op_type != "MatMul":
            continue
        constants = [*attention.input[1:3], projections[0].input[1]]
        if all(model.get_initializer(name) and len(readers[name]) == 1 for name in constants):
            yield attention, projections[0]


def _divide_values(
    model: OnnxModel, attention: onnx.NodeProto, divisors: NDArray[np.float32]
) -> None:
    for name in attention.input[1:3]:
        packed = _read(model, name).copy()
        packed[..., -len(divisors) :] /= divisors
        _write(model, name, packed)


def _read(model: OnnxModel, name: str) -> NDArray[np.float32]:
    return np.asarray(numpy_helper.to_array(model.get_initializer(name)))


def _write(model: OnnxModel, name: str, value: NDArray[np.float32]) -> None:
    model.get_initializer(name).CopyFrom(numpy_helper.from_array(value, name))
