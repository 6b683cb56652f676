"""Exports a checkpoint: graph, quantization, temperature and parity check."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import onnx
from msgspec.structs import replace
from onnxruntime.transformers.onnx_model import OnnxModel

from model_export.bundle_layout import (
    add_parity,
    optimize_offline,
    write_first_manifest,
    write_graph,
    write_tokenizer,
)
from model_export.checkpoint import Checkpoint
from model_export.checkpoint_sizes import require_window
from model_export.embedding_tables import quantize_embedding_tables
from model_export.errors import ConversionError, ParityError, first_line
from model_export.first_token import keep_first_token
from model_export.graph_fusion import fuse
from model_export.half_precision import store_as_half
from model_export.new_folder import new_folder
from model_export.normalizations import DEFAULT_NORMALIZATION
from model_export.onnx_export import export_onnx
from model_export.parity import Gap, ParityReport, build_report, find_gaps, predict_both
from model_export.progress import Track
from model_export.quantization import find_weights, quantize_weights
from model_export.schemes import DEFAULT_SCHEME, SCHEMES, Scheme
from model_export.temperature import calibrate_probabilities, set_temperature
from model_export.text_normalization import normalize_checkpoint
from model_export.value_scaling import scale_values
from windvane.inference.bundle import load_bundle
from windvane.inference.classifier import Classifier
from windvane.inference.manifest import Manifest, renew_version, write_manifest
from windvane.inference.onnx_session import ONNXRUNTIME_ERRORS
from windvane.rows.labelled_set import LabelledSet

_STEP_ERRORS = (*ONNXRUNTIME_ERRORS, np.linalg.LinAlgError, onnx.checker.ValidationError)


@dataclass(frozen=True, kw_only=True)
class ExportOptions:
    """Options of an export.

    Attributes:
        parity_texts: Texts of the parity check, at least one.
        activation_texts: Texts that int8 ranges and rounding are fitted to, at least one.
        scheme: Name of the quantization scheme.
        name: Name of the model; by default the checkpoint's last part.
        licence: SPDX identifier of the checkpoint's licence.
        languages: Tags of the languages that the model reads, if known.
        tolerance: Largest gap of a probability that passes; by default the scheme's.
        held_out: Labelled texts to fit the temperature to.
        temperature: The temperature where there are no such texts.
        normalization: Name of the rules put around the tokenizer's own normalizer.
        window_tokens: Most tokens of a window; None for as many as the checkpoint reads.
    """

    parity_texts: Sequence[str]
    activation_texts: Sequence[str]
    scheme: str = DEFAULT_SCHEME
    name: str | None = None
    licence: str = ""
    languages: Sequence[str] = ()
    tolerance: float | None = None
    held_out: Sequence[LabelledSet] = ()
    temperature: float = 1.0
    normalization: str = DEFAULT_NORMALIZATION
    window_tokens: int | None = None


def export_bundle(
    checkpoint: Checkpoint, folder: Path, options: ExportOptions, track: Track
) -> tuple[Manifest, ParityReport]:
    """Build a bundle, verify its parity with the checkpoint, and then move it to its folder.

    After an error the folder is unchanged.

    Args:
        checkpoint: The checkpoint.
        folder: Folder of the bundle; an older bundle there is replaced.
        options: The options.
        track: Shows progress.

    Raises:
        CheckpointError: It reads fewer tokens than a window is to have.
        ConversionError: A step failed.
        ParityError: A text's gap is larger than the tolerance.
        OSError: The folder cannot be written.
    """
    scheme = SCHEMES[options.scheme]
    if options.window_tokens is not None:
        name, tokenizer = checkpoint.name, checkpoint.tokenizer
        require_window(name, tokenizer, checkpoint.max_tokens, options.window_tokens)
    checkpoint = normalize_checkpoint(checkpoint, options.normalization)
    with new_folder(folder) as bundle:
        write_graph(_build_graph(checkpoint, scheme, options.activation_texts, track), bundle)
        write_tokenizer(checkpoint, bundle)
        manifest = write_first_manifest(
            bundle,
            checkpoint,
            name=options.name,
            quantization=options.scheme,
            licence=options.licence,
        )
        manifest = _add_options(bundle, manifest, options)
        if options.held_out:
            manifest = calibrate_probabilities(bundle, manifest, options.held_out, track)
        else:
            manifest = set_temperature(bundle, manifest, options.temperature)
        tolerance = scheme.tolerance if options.tolerance is None else options.tolerance
        report = _verify_parity(checkpoint, bundle, options.parity_texts, tolerance, track)
        manifest = add_parity(bundle, manifest, report.to_dict())
    return manifest, report


def _add_options(bundle: Path, manifest: Manifest, options: ExportOptions) -> Manifest:
    is_normalized = options.normalization != DEFAULT_NORMALIZATION
    completed = renew_version(
        replace(
            manifest,
            languages=list(options.languages) or None,
            normalization=options.normalization if is_normalized else None,
            window_tokens=options.window_tokens,
        )
    )
    write_manifest(bundle, completed)
    return completed


@contextmanager
def _step(name: str) -> Iterator[None]:
    try:
        yield
    except _STEP_ERRORS as error:
        raise ConversionError(f"{name} failed: {first_line(error)}.") from error


def _build_graph(
    checkpoint: Checkpoint, scheme: Scheme, activation_texts: Sequence[str], track: Track
) -> onnx.ModelProto:
    steps = track([checkpoint], description="Exporting to ONNX", total=1)
    [onnx_model] = [export_onnx(step) for step in steps]
    with _step("Fusing the graph"):
        model = fuse(onnx_model, checkpoint.config)
        keep_first_token(model)
    if scheme.largest_code is not None:
        with _step("Quantizing the weights"):
            _quantize(model, checkpoint, scheme, activation_texts, track)
    with _step("Optimizing the graph"):
        optimized = optimize_offline(model.model)
    if scheme.half:
        # After the optimizer, which would fold the casts and store float32.
        store_as_half(OnnxModel(optimized))
    return optimized


def _quantize(
    model: OnnxModel,
    checkpoint: Checkpoint,
    scheme: Scheme,
    activation_texts: Sequence[str],
    track: Track,
) -> None:
    encoded = [
        checkpoint.tokenizer(text, truncation=True, max_length=checkpoint.max_tokens)["input_ids"]
        for text in activation_texts
    ]
    scale_values(model, scheme, encoded)
    steps = quantize_weights(model, scheme, encoded)
    for _ in track(steps, description="Quantizing", total=len(find_weights(model))):
        pass
    quantize_embedding_tables(model)
    model.prune_graph()
    model.topological_sort()


def _verify_parity(
    checkpoint: Checkpoint, folder: Path, texts: Sequence[str], tolerance: float, track: Track
) -> ParityReport:
    with Classifier(load_bundle(folder), threads=1) as classifier:
        predictions = predict_both(checkpoint, classifier, texts)
        comparisons = list(track(predictions, description="Comparing with torch", total=len(texts)))
        gaps = find_gaps(checkpoint, texts, comparisons)
        too_large = [gap for gap in gaps if not gap.gap <= tolerance]  # NaN fails as well
        if too_large:
            raise ParityError(_describe(too_large, len(gaps), tolerance))
        return build_report(checkpoint, classifier, gaps, comparisons)


def _describe(too_large: Sequence[Gap], texts: int, tolerance: float) -> str:
    lines = [
        f"  text {gap.number}: {gap.gap:.3g} ({gap.before} -> {gap.after})  {gap.text}"
        for gap in sorted(too_large, key=lambda gap: -gap.gap)
    ]
    return "\n".join([
        f"{len(too_large)} of {texts} texts differ by more than {tolerance:g} from the checkpoint; "
        "choose another scheme, or raise --tolerance if you accept it:",
        *lines,
    ])  # fmt: skip
