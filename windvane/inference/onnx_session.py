"""The ONNX graph of a bundle, opened once and run one window at a time."""

from collections.abc import Collection, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import onnxruntime as ort

from windvane.inference.errors import BundleCorruptError, ModelRunError

if TYPE_CHECKING:
    from numpy.typing import NDArray

ONNXRUNTIME_ERRORS = (
    ort.capi.onnxruntime_pybind11_state.Fail,
    ort.capi.onnxruntime_pybind11_state.InvalidArgument,
    ort.capi.onnxruntime_pybind11_state.InvalidGraph,
    ort.capi.onnxruntime_pybind11_state.InvalidProtobuf,
    ort.capi.onnxruntime_pybind11_state.NoSuchFile,
    ort.capi.onnxruntime_pybind11_state.NotImplemented,
    ort.capi.onnxruntime_pybind11_state.RuntimeException,
)
ERRORS_ONLY = 3
"""onnxruntime's log severity level that leaves out warnings."""


class OnnxSession:
    """Runs the model on one sequence at a time; safe to call from several threads.

    Each run uses one thread and a batch of one. `Classifier` runs windows in parallel: this needs
    no padding, and texts do not share the scale of a dynamically quantized model.
    """

    def __init__(self, model_path: Path) -> None:
        """Open the graph, which was optimized when the bundle was made.

        Raises:
            BundleCorruptError: onnxruntime cannot open the graph.
        """
        options = ort.SessionOptions()
        # Folds the casts of fp16 weights; the bundle's export applied all other optimizations.
        options.graph_optimization_level = ort.GraphOptimizationLevel.ORT_ENABLE_BASIC
        options.intra_op_num_threads = 1
        options.inter_op_num_threads = 1
        options.enable_mem_pattern = False  # it would store a pattern for each sequence length
        options.log_severity_level = ERRORS_ONLY
        try:
            self._session = ort.InferenceSession(
                model_path, options, providers=["CPUExecutionProvider"]
            )
        except ONNXRUNTIME_ERRORS as error:
            raise BundleCorruptError(
                f"{model_path} cannot be opened by onnxruntime {ort.__version__}."
            ) from error
        self._input_names = frozenset(node.name for node in self._session.get_inputs())
        self._output_names = [self._session.get_outputs()[0].name]

    def run(self, input_ids: Sequence[int]) -> "NDArray[np.float32]":
        """Run one sequence.

        Args:
            input_ids: Token ids with the special tokens, at most the model's ``max_tokens``.

        Returns:
            Logits, float32, shape (num_labels,).

        Raises:
            ModelRunError: onnxruntime failed, or a logit is not finite.
        """
        tokens = len(input_ids)
        try:
            [logits] = self._session.run(
                self._output_names, build_feeds(input_ids, self._input_names)
            )
        except ONNXRUNTIME_ERRORS as error:
            raise ModelRunError(f"The model could not be run on {tokens} tokens.") from error
        if not np.isfinite(logits).all():
            raise ModelRunError(f"The model returned a logit that is not finite ({tokens} tokens).")
        return np.asarray(logits[0], dtype=np.float32)


def build_feeds(
    input_ids: Sequence[int], input_names: Collection[str]
) -> "dict[str, NDArray[np.int64]]":
    """Build the inputs that a graph asks for, for one unpadded text.

    Args:
        input_ids: Token ids with the special tokens.
        input_names: The graph's inputs; attention_mask and token_type_ids are built if among them.

    Returns:
        int64 arrays of shape (1, seq_len), by name.
    """
    ids = np.array([input_ids], dtype=np.int64)
    feeds = {"input_ids": ids}
    if "attention_mask" in input_names:
        feeds["attention_mask"] = np.ones_like(ids)
    if "token_type_ids" in input_names:
        feeds["token_type_ids"] = np.zeros_like(ids)
    return feeds
