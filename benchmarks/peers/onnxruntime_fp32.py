"""onnxruntime on the fp32 graph as optimum exports it."""

from collections.abc import Sequence
from pathlib import Path

import onnxruntime as ort

from benchmarks.peers.batching import BatchedPeer, BatchEncoder, read_labels
from benchmarks.peers.protocol import Setting

MODEL_FILE = "model.onnx"


def prepare(checkpoint: Path, folder: Path) -> None:
    """Export the checkpoint; optimum writes the tokenizer and the config beside the graph."""
    from optimum.exporters.onnx import main_export

    main_export(str(checkpoint), str(folder), task="text-classification")


def build(folder: Path, setting: Setting) -> BatchedPeer:
    """Open the graph with onnxruntime's default optimizations."""
    return open_batched(folder, setting)


def open_batched(folder: Path, setting: Setting) -> BatchedPeer:
    """Open an exported graph, fp32 or int8, beside its tokenizer and config."""
    options = ort.SessionOptions()
    options.intra_op_num_threads = setting.threads
    session = ort.InferenceSession(folder / MODEL_FILE, options, providers=["CPUExecutionProvider"])
    encoder = BatchEncoder(folder)
    labels = read_labels(folder)

    def classify_batch(texts: Sequence[str]) -> list[str]:
        [logits] = session.run(["logits"], encoder.encode(texts))
        return [labels[i] for i in logits.argmax(axis=1)]

    return BatchedPeer(classify_batch, setting)
