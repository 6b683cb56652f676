"""The model of the servers that are not ours: onnxruntime on plain dynamic int8.

It needs onnxruntime, tokenizers and numpy alone: some servers run in environments of their own.
"""

import os
from pathlib import Path
from typing import Any

import numpy as np
import onnxruntime as ort

from benchmarks.peers.batching import BatchEncoder, read_labels
from benchmarks.servers.model_folder import FOLDER_VARIABLE


class Int8Model:
    """Tokenizer and session; safe to call from several threads."""

    def __init__(self, folder: Path) -> None:
        options = ort.SessionOptions()
        options.intra_op_num_threads = 1  # requests run in parallel instead
        self._session = ort.InferenceSession(
            folder / "model.onnx", options, providers=["CPUExecutionProvider"]
        )
        self._encoder = BatchEncoder(folder)
        self._labels = read_labels(folder)

    def classify(self, text: str) -> dict[str, Any]:
        """Return label, score and the score of each label."""
        [[logits]] = self._session.run(["logits"], self._encoder.encode([text]))
        exponentials = np.exp(logits - logits.max())
        scores = (exponentials / exponentials.sum()).tolist()
        best = int(logits.argmax())
        return {
            "label": self._labels[best],
            "score": scores[best],
            "scores": dict(zip(self._labels, scores, strict=True)),
        }


def load_model() -> Int8Model:
    """Open the model in the folder that the environment names."""
    return Int8Model(Path(os.environ[FOLDER_VARIABLE]))
