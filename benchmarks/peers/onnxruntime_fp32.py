"""onnxruntime on the fp32 graph as optimum exports it."""

from collections.abc import Sequence
from pathlib import Path

import onnxruntime as ort

from benchmarks.peers.batching import BatchedPeer, BatchEncoder, read_labels
from benchmarks.peers.protocol import Setting


def prepare(checkpoint: Path, folder: Path) -> None:
    """Export the checkpoint; optimum writes the tokenizer and the config beside the graph."""
    from optimum.exporters.onnx import main_export

    main_export(str(checkpoint), str(folder), task="text-classification")


def build(folder: Path, setting: Setting) -> BatchedPeer:
    """Open the graph with onnxruntime's default optimizations."""
    options = ort.SessionOptions()
    options.intra_op_num_threads = setting.threads
    session = ort.InferenceSession(
        folder / "model.onnx", options, providers=["CPUExecutionProvider"]
    )
    encoder = BatchEncoder(folder)
    labels = read_labels(folder)

    def classify_batch(texts: Sequence[str]) -> list[str]:
        [logits] = session.run(["logits"], encoder.encode(texts))
        return [labels[i] for i in logits.argmax(axis=1)]

    return BatchedPeer(classify_batch, setting)
