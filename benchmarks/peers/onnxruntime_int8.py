"""onnxruntime on the exported graph after its own dynamic int8 quantization."""

import shutil
from pathlib import Path

from benchmarks.peers.batching import BatchedPeer, copy_tokenizer
from benchmarks.peers.onnxruntime_fp32 import MODEL_FILE, open_batched
from benchmarks.peers.protocol import Setting


def prepare(checkpoint: Path, folder: Path) -> None:
    """Export the checkpoint and quantize the graph."""
    from onnxruntime.quantization import QuantType, quantize_dynamic
    from optimum.exporters.onnx import main_export

    exported = folder / "fp32"
    main_export(str(checkpoint), str(exported), task="text-classification")
    copy_tokenizer(exported, folder)
    quantize_dynamic(exported / MODEL_FILE, folder / MODEL_FILE, weight_type=QuantType.QInt8)
    shutil.rmtree(exported)


def build(folder: Path, setting: Setting) -> BatchedPeer:
    """Open the graph with onnxruntime's default optimizations."""
    return open_batched(folder, setting)
