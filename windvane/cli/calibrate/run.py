"""Runs ``windvane calibrate``: fits, measures, and writes the bundle if that helps."""

import shlex
import sys
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

import numpy as np

from windvane import load_classifier
from windvane.bundle_store import open_bundle
from windvane.calibration.calibrated_bundle import (
    CalibrationRun,
    write_calibrated_bundle,
)
from windvane.calibration.cross_validation import cross_validate
from windvane.calibration.gains import measure_gains
from windvane.calibration.usable_rows import UsableRows, choose_rows, require_labels
from windvane.calibration.verdict import judge
from windvane.cli.calibrate.calibration_results import CalibrationResults, WrittenBundle
from windvane.cli.calibrate.outputs import show_calibration
from windvane.cli.errors import file_errors
from windvane.cli.labelling_options import OTHER_LABELS, LabellingOptions, apply_options
from windvane.cli.messages import print_message
from windvane.cli.output_files import require_bundle_folder
from windvane.cli.progress import progress_bar
from windvane.evaluation.predicted_set import PredictedSet, choose_labels
from windvane.evaluation.set_prediction import predict_set
from windvane.inference.bundle import Bundle
from windvane.inference.classifier import Classifier
from windvane.inference.lineage import MOST_COMMAND_CHARS
from windvane.inference.manifest import Manifest
from windvane.rows.labelled_files import LabelledFile, read_labelled_file
from windvane.rows.labelled_set import LabelledSet
from windvane.rows.rejects import Rejects, count_rows


@dataclass(frozen=True, kw_only=True)
class CalibrateOptions(LabellingOptions):
    """The options of the command, under the names of their parameters."""

    bundle: str
    file: LabelledFile
    output: Path | None
    overwrite: bool
    threads: int | None
    as_json: bool


def run_calibration(options: CalibrateOptions) -> bool:
    """Show the figures before and after, and write the bundle.

    Returns:
        Whether the calibration helps; if not, nothing is written.

    Raises:
        CalibrationError: The rows or the bundle's labels are too few.
        CliError: The file or the output folder cannot be used.
        InferenceError: The bundle cannot be used.
        RowsError: The file is not of its format, or has a label that the bundle does not.
        SettingsError: A variable of the environment holds a value that is not allowed.
    """
    with file_errors():
        if options.output:
            require_bundle_folder(options.output, overwrite=options.overwrite)
        bundle = open_bundle(options.bundle)
        require_labels(bundle.manifest.labels)
        labelled = _read_rows(options, bundle.manifest)
        with load_classifier(bundle.folder, threads=options.threads) as classifier:
            usable = choose_rows(labelled, classifier.labels, classifier.normalize)
            results = _calibrate(usable, classifier)
        if options.output and results.verdict.helps:
            results = replace(results, written=_write(results, bundle, options.output))
    show_calibration(results, as_json=options.as_json)
    return results.verdict.helps


def _read_rows(options: CalibrateOptions, manifest: Manifest) -> LabelledSet:
    file = apply_options(options.file, manifest.labels, options)
    rejects = Rejects(None, file.path)
    labelled = read_labelled_file(file, manifest.labels, rejects, other_labels=OTHER_LABELS)
    if rejects.count:
        print_message(f"{file.path}: {count_rows(rejects.count)} left out.", err=True)
    return labelled


def _calibrate(usable: UsableRows, classifier: Classifier) -> CalibrationResults:
    before = _predict(usable.labelled, classifier)
    validated = cross_validate(_without_offsets(before, classifier.manifest))
    gains = measure_gains(before, validated.after)
    return CalibrationResults(
        manifest=classifier.manifest,
        usable=usable,
        labels=before.labels,
        fitted=validated.fitted,
        gains=gains,
        verdict=judge(gains),
    )


def _predict(labelled: LabelledSet, classifier: Classifier) -> PredictedSet:
    with progress_bar(len(labelled.texts)) as advance:
        done = 0

        def step(texts: int) -> None:
            nonlocal done
            done += texts
            advance(done, done)

        return predict_set(classifier, labelled, step)


def _without_offsets(predicted: PredictedSet, manifest: Manifest) -> PredictedSet:
    """Take the offsets of an earlier calibration off the logits."""
    columns, _ = choose_labels(manifest.labels, predicted.labelled.ignored)
    values = np.array(manifest.offsets.values if manifest.offsets else [0.0] * len(manifest.labels))
    return replace(
        predicted,
        logits=predicted.logits - values[columns],
        temperature=manifest.exported_temperature,
    )


def _write(results: CalibrationResults, bundle: Bundle, output: Path) -> WrittenBundle:
    command = shlex.join(["windvane", *sys.argv[1:]])
    run = CalibrationRun(
        labelled=results.usable.labelled,
        fitted=results.fitted,
        gains=results.gains,
        command=command[:MOST_COMMAND_CHARS],
        created_at=datetime.now(UTC).isoformat(timespec="seconds").replace("+00:00", "Z"),
    )
    return WrittenBundle(output, write_calibrated_bundle(bundle, output, run))
