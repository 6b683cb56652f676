"""Temperature scaling: calibrates a bundle's probabilities on labelled, held-out texts.

The logits are divided by one number, the temperature, before the softmax (Guo et al. 2017,
arXiv:1706.04599). `fit_temperature` finds it; `calibrate_probabilities` writes it to the manifest.
"""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from msgspec.structs import replace
from numpy.typing import NDArray

from model_export.errors import ConversionError
from model_export.progress import Track
from windvane.evaluation.calibration import expected_calibration_error, to_probabilities
from windvane.evaluation.predicted_set import PredictedSet
from windvane.evaluation.set_prediction import predict_set
from windvane.inference.bundle import load_bundle
from windvane.inference.classifier import Classifier
from windvane.inference.manifest import Manifest, renew_version, write_manifest
from windvane.rows.labelled_set import LabelledSet

LOSS_TOLERANCE = 0.002
"""Temperatures whose loss is within 0.2 % of the best count as ties."""
_LOWEST, _HIGHEST = 0.05, 20.0
_CANDIDATES_PER_SIDE, _CANDIDATE_STEP = 80, 0.0025
"""Ties are searched among this many temperatures below and above the best, 0.25 % of it apart."""
_GOLDEN_RATIO = (5**0.5 - 1) / 2
_SEARCH_PRECISION = 1e-4
"""Width of the interval, in the logarithm of the temperature, at which the search ends."""


def calibrate_probabilities(
    folder: Path, manifest: Manifest, held_out: Sequence[LabelledSet], track: Track
) -> Manifest:
    """Fit one temperature to all files, and write it to the manifest with the calibration errors.

    Args:
        folder: The bundle, whose temperature is 1.
        manifest: Its manifest.
        held_out: Labelled texts that training did not see; every file has the same weight.
        track: Shows progress.

    Returns:
        The new manifest, with a new version.

    Raises:
        ConversionError: The bundle lacks a label of a file.
    """
    _require_labels(manifest, held_out)
    with Classifier(load_bundle(folder), threads=1) as classifier:
        predicted = [
            predict_set(classifier, labelled)
            for labelled in track(held_out, description="Fitting the temperature")
        ]
    temperature = fit_temperature(
        [each.logits for each in predicted], [each.truths for each in predicted]
    )
    evaluation = {"calibration": [_describe(each, temperature) for each in predicted]}
    return set_temperature(folder, replace(manifest, evaluation=evaluation), temperature)


def set_temperature(folder: Path, manifest: Manifest, temperature: float) -> Manifest:
    """Write a temperature to the manifest of a bundle; return it, with its new version."""
    changed = renew_version(replace(manifest, temperature=temperature))
    write_manifest(folder, changed)
    return changed


def fit_temperature(
    logit_sets: Sequence[NDArray[np.float64]], truth_sets: Sequence[NDArray[np.int64]]
) -> float:
    """Find the temperature that minimizes the negative log-likelihood of the true labels.

    Among temperatures whose loss ties with the minimum (`LOSS_TOLERANCE`), the one with the
    smallest expected calibration error on the worst file is returned.

    Args:
        logit_sets: Logits of each held-out file, shape (texts, num_labels); every file has the
            same weight, however many texts it holds.
        truth_sets: Columns of the true labels, in the same order.

    Returns:
        The temperature, between 0.05 and 20.
    """
    files = list(zip(logit_sets, truth_sets, strict=True))

    def loss(temperature: float) -> float:
        return float(np.mean([_negative_log_likelihood(*file, temperature) for file in files]))

    def worst_error(temperature: float) -> float:
        return max(
            expected_calibration_error(to_probabilities(logits, temperature), truths)
            for logits, truths in files
        )

    best = _minimize(loss)
    largest_loss = loss(best) * (1 + LOSS_TOLERANCE)
    steps = range(-_CANDIDATES_PER_SIDE, _CANDIDATES_PER_SIDE + 1)
    candidates = [best * (1 + i * _CANDIDATE_STEP) for i in steps]
    ties = [t for t in candidates if _LOWEST <= t <= _HIGHEST and loss(t) <= largest_loss]
    best_calibrated: float = min(ties, key=worst_error)
    return round(best_calibrated, 4)


def _minimize(loss: Callable[[float], float]) -> float:
    """Minimize by golden-section search over the logarithm: the loss has a single minimum."""
    low, high = np.log(_LOWEST), np.log(_HIGHEST)
    while high - low > _SEARCH_PRECISION:
        left, right = high - _GOLDEN_RATIO * (high - low), low + _GOLDEN_RATIO * (high - low)
        if loss(float(np.exp(left))) < loss(float(np.exp(right))):
            high = right
        else:
            low = left
    return float(np.exp((low + high) / 2))


def _negative_log_likelihood(
    logits: NDArray[np.float64], truths: NDArray[np.int64], temperature: float
) -> float:
    scaled = logits / temperature
    shifted = scaled - scaled.max(axis=1, keepdims=True)
    log_probabilities = shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True))
    return float(-log_probabilities[np.arange(len(truths)), truths].mean())


def _require_labels(manifest: Manifest, held_out: Sequence[LabelledSet]) -> None:
    for labelled in held_out:
        unknown = set(labelled.labels) - set(manifest.labels)
        if unknown:
            raise ConversionError(
                f'{labelled.name} has the label "{min(unknown)}", but the checkpoint does not.'
            )


def _describe(predicted: PredictedSet, temperature: float) -> dict[str, Any]:
    before, after = (
        expected_calibration_error(to_probabilities(predicted.logits, each), predicted.truths)
        for each in (1.0, temperature)
    )
    return {
        "file": predicted.labelled.name,
        "sha256": predicted.labelled.sha256,
        "texts": len(predicted.truths),
        "ece_before": round(before, 4),
        "ece": round(after, 4),
    }
