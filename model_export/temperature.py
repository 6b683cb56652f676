"""The temperature: fitted on labelled texts that the checkpoint did not learn from."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from model_export.errors import ConversionError
from windvane.evaluation.answered_set import AnsweredSet
from windvane.evaluation.answering import answer_file
from windvane.evaluation.calibration import (
    expected_calibration_error,
    fit_temperature,
    to_probabilities,
)
from windvane.evaluation.labelled_set import LabelledSet
from windvane.inference.bundle import load_bundle
from windvane.inference.classifier import Classifier
from windvane.inference.manifest import Manifest, contents_version, write_manifest


def calibrate(
    folder: Path,
    manifest: Manifest,
    held_out: Sequence[LabelledSet],
    track: Callable[..., Iterable[Any]],
) -> Manifest:
    """Fit one temperature to all files, and write it into the manifest with what it gave.

    Args:
        folder: The bundle, sealed with a temperature of 1.
        manifest: Its manifest.
        held_out: Labelled texts; every file counts the same.
        track: Shows progress.

    Returns:
        The new manifest, of another version.

    Raises:
        ConversionError: A label of a file is not one of the bundle's.
    """
    _require_labels(manifest, held_out)
    with Classifier(load_bundle(folder), threads=1) as classifier:
        answered = [
            answer_file(classifier, labelled)
            for labelled in track(held_out, description="Fitting the temperature")
        ]
    temperature = fit_temperature(
        [each.logits for each in answered], [each.truths for each in answered]
    )
    calibrated = replace(
        manifest,
        temperature=temperature,
        version=contents_version(manifest.files, manifest.id2label, temperature),
        evaluation={"calibration": [_describe(each, temperature) for each in answered]},
    )
    write_manifest(folder, calibrated)
    return calibrated


def _require_labels(manifest: Manifest, held_out: Sequence[LabelledSet]) -> None:
    for labelled in held_out:
        strange = set(labelled.labels) - set(manifest.labels)
        if strange:
            raise ConversionError(
                f'{labelled.name} has the label "{min(strange)}", but the checkpoint does not.'
            )


def _describe(answered: AnsweredSet, temperature: float) -> dict[str, Any]:
    before, after = (
        expected_calibration_error(to_probabilities(answered.logits, each), answered.truths)
        for each in (1.0, temperature)
    )
    return {
        "file": answered.labelled.name,
        "sha256": answered.labelled.sha256,
        "texts": len(answered.truths),
        "ece_before": round(before, 4),
        "ece": round(after, 4),
    }
