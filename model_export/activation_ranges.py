"""Activations of a graph on sample texts, from which int8 ranges and rounding are chosen."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import onnx
import onnxruntime as ort
from numpy.typing import NDArray
from onnx import helper

from model_export.errors import ConversionError
from windvane.inference.onnx_session import ERRORS_ONLY, build_feeds


@dataclass(frozen=True)
class Activations:
    """A tensor's values on some texts.

    Attributes:
        texts: The values on each text, float32, shape (rows, channels).
        by_token: Whether the tensor's shape is (1, seq_len, channels), so that a row is a token.
    """

    texts: list[NDArray[np.float32]]
    by_token: bool


def record_activations(
    model: onnx.ModelProto, tensors: Sequence[str], encoded_texts: Sequence[Sequence[int]]
) -> dict[str, Activations]:
    """Run the graph and record the values of some tensors.

    Args:
        model: The graph; its inputs are among input_ids, attention_mask and token_type_ids.
        tensors: Names of float tensors, shape (..., channels), mostly (1, seq_len, channels).
        encoded_texts: input_ids of each text.

    Raises:
        ConversionError: A value is not finite.
    """
    session = _open_with_outputs(model, tensors)
    inputs = {node.name for node in session.get_inputs()}
    runs = [session.run(list(tensors), build_feeds(ids, inputs)) for ids in encoded_texts]
    lengths = [len(ids) for ids in encoded_texts]
    return {
        name: Activations(
            [_to_rows(run[i], name) for run in runs],
            by_token=[run[i].shape[:-1] for run in runs] == [(1, length) for length in lengths],
        )
        for i, name in enumerate(tensors)
    }


def _to_rows(values: NDArray[np.float32], name: str) -> NDArray[np.float32]:
    if not np.isfinite(values).all():
        raise ConversionError(
            f"The checkpoint overflows on a text used for activation ranges (in {name})."
        )
    return values.reshape(-1, values.shape[-1])


def _open_with_outputs(model: onnx.ModelProto, tensors: Sequence[str]) -> ort.InferenceSession:
    copy = onnx.ModelProto()
    copy.CopyFrom(model)
    copy.graph.output.extend(helper.make_empty_tensor_value_info(name) for name in tensors)
    options = ort.SessionOptions()
    options.log_severity_level = ERRORS_ONLY
    with TemporaryDirectory() as folder:
        path = Path(folder) / "activations.onnx"
        onnx.save(copy, path, save_as_external_data=True, location="activations.data")
        return ort.InferenceSession(path, options, providers=["CPUExecutionProvider"])
