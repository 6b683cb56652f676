"""Writes a copy of a bundle with other offsets and another temperature."""

import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from msgspec.structs import replace

from model_export.new_folder import new_folder
from windvane.calibration.gains import Gain
from windvane.calibration.offset_fit import FittedOffsets
from windvane.evaluation.predicted_set import choose_labels
from windvane.inference.bundle import Bundle, load_bundle
from windvane.inference.classifier import Classifier
from windvane.inference.label_offsets import LabelOffsets
from windvane.inference.lineage import DataFile, Lineage
from windvane.inference.manifest import Manifest, renew_version, write_manifest
from windvane.monitoring.labelled_profile import build_labelled_profile
from windvane.rows.labelled_set import LabelledSet

ROLE = "calibration"
_LANGUAGE = "language"
"""The figures of the language test do not depend on the scores; all others do."""
_DIGITS = 6


@dataclass(frozen=True)
class CalibrationRun:
    """What a calibrated bundle is made from.

    Attributes:
        labelled: The rows that the offsets were fitted to.
        fitted: The offsets of the labels that the rows do not ignore, and the temperature.
        gains: Cross-validated figures.
        command: The command that makes it.
        created_at: ISO 8601, UTC.
    """

    labelled: LabelledSet
    fitted: FittedOffsets
    gains: Mapping[str, Gain]
    command: str
    created_at: str


def write_calibrated_bundle(bundle: Bundle, folder: Path, run: CalibrationRun) -> Manifest:
    """Write a copy of a bundle with these offsets.

    Its reference profile is that of the rows, since the old one is of other scores; there is none
    if the rows are too few.

    Args:
        bundle: The bundle; offsets that it has are replaced.
        folder: Folder of the copy; an older bundle there is replaced.
        run: The offsets, and what the manifest says of them.

    Returns:
        The manifest of the copy, which has a new version.

    Raises:
        InferenceError: The copy cannot be opened or run.
        OSError: The folder cannot be written.
    """
    manifest = describe_calibration(bundle.manifest, run)
    with new_folder(folder) as new:
        for name in manifest.files:
            shutil.copyfile(bundle.folder / name, new / name)
        write_manifest(new, manifest)
        with Classifier(load_bundle(new), threads=1) as classifier:
            profile = build_labelled_profile(classifier, [run.labelled])
        manifest = replace(manifest, profile=profile)
        write_manifest(new, manifest)
    return manifest


def describe_calibration(manifest: Manifest, run: CalibrationRun) -> Manifest:
    """Give a manifest the offsets, a lineage, the cross-validated figures and a new version."""
    labelled, fitted = run.labelled, run.fitted
    columns, _ = choose_labels(manifest.labels, labelled.ignored)
    values = np.zeros(len(manifest.labels))
    values[columns] = fitted.offsets
    evaluation = {
        key: manifest.evaluation[key] for key in [_LANGUAGE] if key in manifest.evaluation
    }
    changed = replace(
        manifest,
        temperature=fitted.temperature,
        offsets=LabelOffsets(tuple(values.tolist()), manifest.exported_temperature),
        evaluation={**evaluation, **_describe_gains(run)},
        lineage=Lineage(
            parent=manifest.version,
            created_at=run.created_at,
            command=run.command,
            data=[DataFile(ROLE, labelled.name, labelled.sha256, len(labelled.texts))],
        ),
        profile=None,
    )
    return renew_version(changed)


def _describe_gains(run: CalibrationRun) -> dict[str, Any]:
    labelled = run.labelled
    file = {"file": labelled.name, "sha256": labelled.sha256, "texts": len(labelled.texts)}
    before, after = (
        {name: round(getattr(gain, when), _DIGITS) for name, gain in run.gains.items()}
        for when in ("before", "after")
    )
    figures = {name: after[name] for name in ("accuracy", "macro_recall", "ece")}
    return {
        "files": [{**file, **figures}],
        "cross_validation": {**file, "before": before, "after": after},
    }
