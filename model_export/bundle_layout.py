"""Files of a bundle, laid out for a fast start."""

from collections.abc import Mapping
from importlib.metadata import version
from pathlib import Path
from tempfile import TemporaryDirectory

import onnx
import onnxruntime as ort
from msgspec.structs import replace
from tokenizers import Tokenizer

from model_export.checkpoint import Checkpoint, default_name
from model_export.checkpoint_sizes import count_positions
from windvane.inference.bundle_files import (
    EXPORTED_FILES,
    MODEL_FILE,
    TOKENIZER_FILE,
    WEIGHTS_FILE,
    FileRecord,
    sha256_of,
)
from windvane.inference.bundle_version import contents_version
from windvane.inference.manifest import Manifest, write_manifest
from windvane.inference.onnx_session import ERRORS_ONLY

_TOOLS = ("onnx", "onnxruntime", "optimum-onnx", "tokenizers", "torch", "transformers")
_FILE_MODE = 0o644
_SLOWER_FUSIONS = ["BiasGeluFusion", "EmbedLayerNormFusion", "SkipLayerNormFusion"]
_MIN_EXTERNAL_BYTES = "1024"


def optimize_offline(model: onnx.ModelProto) -> onnx.ModelProto:
    """Apply the optimizations that are valid on every processor (onnxruntime's extended level)."""
    with TemporaryDirectory() as temporary:
        path = Path(temporary) / MODEL_FILE
        _write(model, path, ort.GraphOptimizationLevel.ORT_ENABLE_EXTENDED)
        return onnx.load(path)


def write_graph(model: onnx.ModelProto, folder: Path) -> None:
    """Write the graph unchanged, with its weights in a file that can be memory-mapped."""
    _write(model, folder / MODEL_FILE, ort.GraphOptimizationLevel.ORT_DISABLE_ALL)


def _write(model: onnx.ModelProto, path: Path, level: ort.GraphOptimizationLevel) -> None:
    """Write the graph as onnxruntime optimizes it at this level."""
    options = ort.SessionOptions()
    options.graph_optimization_level = level
    options.optimized_model_filepath = str(path)
    options.log_severity_level = ERRORS_ONLY
    for key, value in {
        "session.optimized_model_external_initializers_file_name": WEIGHTS_FILE,
        "session.optimized_model_external_initializers_min_size_in_bytes": _MIN_EXTERNAL_BYTES,
    }.items():
        options.add_session_config_entry(key, value)
    with TemporaryDirectory() as temporary:
        source = Path(temporary) / MODEL_FILE
        onnx.save(model, source, save_as_external_data=True, location=WEIGHTS_FILE)
        ort.InferenceSession(
            source,
            options,
            providers=["CPUExecutionProvider"],
            disabled_optimizers=_SLOWER_FUSIONS,
        )


def write_tokenizer(checkpoint: Checkpoint, folder: Path) -> None:
    """Write the fast tokenizer without the checkpoint's padding and truncation."""
    tokenizer = Tokenizer.from_str(checkpoint.tokenizer.backend_tokenizer.to_str())
    tokenizer.no_padding()
    tokenizer.no_truncation()
    tokenizer.save(str(folder / TOKENIZER_FILE), pretty=False)


def write_first_manifest(
    folder: Path, checkpoint: Checkpoint, *, name: str | None, quantization: str, licence: str
) -> Manifest:
    """Hash the files and write a manifest with temperature 1 and no parity figures.

    Args:
        folder: Holds the graph, its weights and the tokenizer.
        checkpoint: The source of the bundle.
        name: Name of the model; by default the checkpoint's.
        quantization: Name of the scheme.
        licence: SPDX identifier of the checkpoint's licence, or empty.
    """
    for file in EXPORTED_FILES:
        (folder / file).chmod(_FILE_MODE)
    files = {
        file: FileRecord(sha256_of(folder / file), (folder / file).stat().st_size)
        for file in EXPORTED_FILES
    }
    manifest = Manifest(
        name=name or default_name(checkpoint.name),
        version=contents_version(files, checkpoint.id2label, 1.0),
        id2label=checkpoint.id2label,
        max_tokens=checkpoint.max_tokens,
        quantization=quantization,
        files=files,
        source={
            "checkpoint": _public_name(checkpoint.name),
            "revision": checkpoint.revision or getattr(checkpoint.config, "_commit_hash", None),
            "model_type": checkpoint.config.model_type,
            "licence": licence,
        },
        positions=count_positions(checkpoint.model),
        vocabulary_size=checkpoint.model.get_input_embeddings().weight.shape[0],
        tools={tool: version(tool) for tool in _TOOLS},
    )
    write_manifest(folder, manifest)
    return manifest


def add_parity(folder: Path, manifest: Manifest, parity: Mapping[str, object]) -> Manifest:
    """Write the manifest again with the parity figures; its version does not change."""
    completed = replace(manifest, parity=dict(parity))
    write_manifest(folder, completed)
    return completed


def _public_name(checkpoint: str) -> str:
    """Return the checkpoint's id, or its folder's name without the path."""
    return default_name(checkpoint) if Path(checkpoint).is_dir() else checkpoint
