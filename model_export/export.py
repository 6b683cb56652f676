"""The whole way from a checkpoint to a bundle."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import onnx
from onnxruntime.transformers.onnx_model import OnnxModel

from model_export.bundle_layout import (
    add_parity,
    optimize_offline,
    seal,
    write_graph,
    write_tokenizer,
)
from model_export.checkpoint import Checkpoint
from model_export.embedding_tables import quantize_embedding_tables
from model_export.errors import ConversionError, ParityError, first_line
from model_export.first_token import keep_first_token
from model_export.graph_fusion import fuse
from model_export.half_precision import store_as_half
from model_export.new_folder import new_folder
from model_export.onnx_export import export_onnx
from model_export.parity import Gap, ParityReport, answer_both, build_report, find_gaps
from model_export.quantization import find_weights, quantize_weights
from model_export.schemes import DEFAULT_SCHEME, SCHEMES, Scheme
from model_export.temperature import calibrate
from windvane.evaluation.labelled_set import LabelledSet
from windvane.inference.bundle import load_bundle
from windvane.inference.classifier import Classifier
from windvane.inference.manifest import Manifest
from windvane.inference.onnx_session import ONNXRUNTIME_ERRORS

Track = Callable[..., Iterable[Any]]
"""Shows progress over an iterable as rich does: ``track(iterable, description=..., total=...)``."""
_STEP_ERRORS = (*ONNXRUNTIME_ERRORS, np.linalg.LinAlgError, onnx.checker.ValidationError)


@dataclass(frozen=True, kw_only=True)
class ExportOptions:
    """What a person may choose.

    Attributes:
        parity_texts: Texts that both sides answer, at least one.
        calibration_texts: Texts that the quantization is fitted to, at least one.
        scheme: Name of the quantization scheme.
        name: Name of the model; by default the checkpoint's last part.
        licence: Licence of the checkpoint, an SPDX identifier.
        tolerance: Largest gap of a probability that passes; by default the scheme's.
        held_out: Labelled texts to fit the temperature to; without any it is 1.
    """

    parity_texts: Sequence[str]
    calibration_texts: Sequence[str]
    scheme: str = DEFAULT_SCHEME
    name: str | None = None
    licence: str = ""
    tolerance: float | None = None
    held_out: Sequence[LabelledSet] = ()


def export_bundle(
    checkpoint: Checkpoint, folder: Path, options: ExportOptions, track: Track
) -> tuple[Manifest, ParityReport]:
    """Make a bundle and prove it before it is put in its place.

    Args:
        checkpoint: What to export.
        folder: Where the bundle goes; an older bundle there is replaced.
        options: What was chosen.
        track: Shows progress.

    Raises:
        ConversionError: A step failed.
        ParityError: A text's gap is larger than the tolerance.
        OSError: The folder cannot be written.

    After an error the folder is as it was.
    """
    scheme = SCHEMES[options.scheme]
    with new_folder(folder) as made:
        write_graph(_build_graph(checkpoint, scheme, options.calibration_texts, track), made)
        write_tokenizer(checkpoint, made)
        manifest = seal(
            made,
            checkpoint,
            name=options.name,
            quantization=options.scheme,
            licence=options.licence,
        )
        if options.held_out:
            manifest = calibrate(made, manifest, options.held_out, track)
        tolerance = scheme.tolerance if options.tolerance is None else options.tolerance
        report = _prove(checkpoint, made, options.parity_texts, tolerance, track)
        manifest = add_parity(made, manifest, report.to_dict())
    return manifest, report


@contextmanager
def _step(name: str) -> Iterator[None]:
    try:
        yield
    except _STEP_ERRORS as error:
        raise ConversionError(f"{name} failed: {first_line(error)}.") from error


def _build_graph(
    checkpoint: Checkpoint, scheme: Scheme, calibration_texts: Sequence[str], track: Track
) -> onnx.ModelProto:
    steps = track([checkpoint], description="Exporting to ONNX", total=1)
    [onnx_model] = [export_onnx(step) for step in steps]
    with _step("Fusing the graph"):
        model = fuse(onnx_model, checkpoint.config)
        keep_first_token(model)
    if scheme.largest_code is not None:
        with _step("Quantizing the weights"):
            _quantize(model, checkpoint, scheme, calibration_texts, track)
    with _step("Optimizing the graph"):
        optimized = optimize_offline(model.model)
    if scheme.half:
        # After the optimizer, which would fold the casts and store float32 again.
        store_as_half(OnnxModel(optimized))
    return optimized


def _quantize(
    model: OnnxModel,
    checkpoint: Checkpoint,
    scheme: Scheme,
    calibration_texts: Sequence[str],
    track: Track,
) -> None:
    encoded = [
        checkpoint.tokenizer(text, truncation=True, max_length=checkpoint.max_tokens)["input_ids"]
        for text in calibration_texts
    ]
    steps = quantize_weights(model, scheme, encoded)
    for _ in track(steps, description="Quantizing", total=len(find_weights(model))):
        pass
    quantize_embedding_tables(model)
    model.prune_graph()
    model.topological_sort()


def _prove(
    checkpoint: Checkpoint, folder: Path, texts: Sequence[str], tolerance: float, track: Track
) -> ParityReport:
    with Classifier(load_bundle(folder), threads=1) as classifier:
        answering = answer_both(checkpoint, classifier, texts)
        answers = list(track(answering, description="Comparing with torch", total=len(texts)))
        gaps = find_gaps(checkpoint, texts, answers)
        offending = [gap for gap in gaps if not gap.gap <= tolerance]  # catches NaN too
        if offending:
            raise ParityError(_describe(offending, len(gaps), tolerance))
        return build_report(checkpoint, classifier, gaps, answers)


def _describe(offending: Sequence[Gap], texts: int, tolerance: float) -> str:
    lines = [
        f"  text {gap.number}: {gap.gap:.3g} ({gap.before} -> {gap.after})  {gap.text}"
        for gap in sorted(offending, key=lambda gap: -gap.gap)
    ]
    return "\n".join([
        f"{len(offending)} of {texts} texts differ by more than {tolerance:g} from the checkpoint; "
        "choose another scheme, or raise --tolerance if you accept it:",
        *lines,
    ])  # fmt: skip
