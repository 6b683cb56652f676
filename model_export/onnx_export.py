"""Exports a checkpoint as a float32 ONNX graph with optimum."""

from pathlib import Path
from tempfile import TemporaryDirectory

import onnx
from optimum.exporters.onnx import onnx_export_from_model

from model_export.checkpoint import Checkpoint, quiet
from model_export.errors import ConversionError, first_line


def export_onnx(checkpoint: Checkpoint) -> onnx.ModelProto:
    """Export the checkpoint as float32, with the weights inside the graph.

    Raises:
        ConversionError: optimum does not know the model type, or torch cannot trace the model.
    """
    with quiet(), TemporaryDirectory() as folder:
        try:
            onnx_export_from_model(
                checkpoint.model,
                Path(folder),
                task="text-classification",
                preprocessors=[checkpoint.tokenizer],
                do_validation=False,
                no_dynamic_axes=False,
            )
        except (KeyError, RuntimeError, TypeError, ValueError) as error:
            raise ConversionError(
                f"optimum cannot convert {checkpoint.name} (model type "
                f"{checkpoint.config.model_type}) to ONNX: {first_line(error)}."
            ) from error
        return onnx.load(Path(folder) / "model.onnx")
