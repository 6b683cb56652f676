"""What a calibration would do to texts that it was not fitted to."""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from windvane.calibration.offset_fit import FittedOffsets, fit_offsets
from windvane.evaluation.predicted_set import PredictedSet

FOLDS = 10
_SEED = 19


@dataclass(frozen=True)
class CrossValidated:
    """A calibration and its predictions for texts that were left out of the fit.

    Attributes:
        fitted: The fit to all texts.
        after: The same texts, each with the offsets and the temperature that were fitted to the
            folds without it. Its temperature is 1: the logits are divided already.
    """

    fitted: FittedOffsets
    after: PredictedSet


def cross_validate(uncalibrated: PredictedSet) -> CrossValidated:
    """Fit to nine tenths of the texts and predict the tenth, ten times; then fit to all.

    Args:
        uncalibrated: Logits without offsets, and the temperature of the export.
    """
    logits, truths = uncalibrated.logits, uncalibrated.truths
    start = uncalibrated.temperature
    folds = assign_folds(truths)
    after = np.empty_like(logits)
    for fold in range(FOLDS):
        left_out = folds == fold
        fitted = fit_offsets(logits[~left_out], truths[~left_out], start)
        after[left_out] = fitted.apply(logits[left_out])
    return CrossValidated(
        fitted=fit_offsets(logits, truths, start),
        after=replace(uncalibrated, logits=after, temperature=1.0),
    )


def assign_folds(truths: NDArray[np.int64]) -> NDArray[np.int64]:
    """Deal the texts out to folds by label, so that all folds have about the same labels.

    Returns:
        Fold of each text, 0 to `FOLDS` - 1.
    """
    shuffled = np.random.default_rng(_SEED).permutation(len(truths))
    by_label = shuffled[np.argsort(truths[shuffled], kind="stable")]
    folds = np.empty(len(truths), dtype=np.int64)
    folds[by_label] = np.arange(len(truths)) % FOLDS
    return folds
