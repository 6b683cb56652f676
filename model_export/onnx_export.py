"""Checkpoint to a float32 ONNX graph, by optimum."""

from pathlib import Path
from tempfile import TemporaryDirectory

import onnx
from optimum.exporters.onnx import onnx_export_from_model

from model_export.checkpoint import Checkpoint, quiet


def export_onnx(checkpoint: Checkpoint) -> onnx.ModelProto:
    """Export the checkpoint as float32, with its weights inside."""
    with quiet(), TemporaryDirectory() as folder:
        onnx_export_from_model(
            checkpoint.model,
            Path(folder),
            task="text-classification",
            preprocessors=[checkpoint.tokenizer],
            do_validation=False,
            no_dynamic_axes=False,
        )
        return onnx.load(Path(folder) / "model.onnx")
