"""What flows through a graph: its activations on the calibration texts."""

from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import onnx
import onnxruntime as ort
from numpy.typing import NDArray
from onnx import helper

from model_export.errors import ConversionError
from windvane.inference.onnx_session import ERRORS_ONLY, build_feeds

Activations = list[NDArray[np.float32]]
"""One tensor's values: an array of shape (rows, channels) for each text; mostly a row a token."""


def record_activations(
    model: onnx.ModelProto, tensors: Sequence[str], encoded_texts: Sequence[Sequence[int]]
) -> dict[str, Activations]:
    """Run the graph and keep the values of some tensors.

    Args:
        model: The graph; its inputs are among input_ids, attention_mask and token_type_ids.
        tensors: Names of float tensors of shape (..., channels), such as (1, seq_len, channels).
        encoded_texts: input_ids of each text.

    Raises:
        ConversionError: A value is not finite.
    """
    session = _open_with_outputs(model, tensors)
    inputs = {node.name for node in session.get_inputs()}
    runs = [session.run(list(tensors), build_feeds(ids, inputs)) for ids in encoded_texts]
    return {name: [_rows(run[i], name) for run in runs] for i, name in enumerate(tensors)}


def _rows(values: NDArray[np.float32], name: str) -> NDArray[np.float32]:
    if not np.isfinite(values).all():
        raise ConversionError(f"The checkpoint overflows on a calibration text (in {name}).")
    return values.reshape(-1, values.shape[-1])


def _open_with_outputs(model: onnx.ModelProto, tensors: Sequence[str]) -> ort.InferenceSession:
    watched = onnx.ModelProto()
    watched.CopyFrom(model)
    watched.graph.output.extend(helper.make_empty_tensor_value_info(name) for name in tensors)
    options = ort.SessionOptions()
    options.log_severity_level = ERRORS_ONLY
    with TemporaryDirectory() as folder:
        path = Path(folder) / "watched.onnx"
        onnx.save(watched, path, save_as_external_data=True, location="watched.data")
        return ort.InferenceSession(path, options, providers=["CPUExecutionProvider"])
