"""Calibrations measured on texts that were left out of the fit."""

from dataclasses import replace

import numpy as np
import pytest

from tests.windvane.evaluation.predicted_sets import build_predicted
from windvane.calibration.cross_validation import FOLDS, assign_folds, cross_validate
from windvane.calibration.offset_fit import fit_offsets
from windvane.evaluation.predicted_set import PredictedSet

COPIES = 25


def build_many(temperature: float) -> PredictedSet:
    """Repeat the rows of the made-up predictions, with noise on the logits."""
    few = build_predicted(temperature)
    noise = np.random.default_rng(3).normal(0, 1, (COPIES * len(few.logits), 3))
    labelled = few.labelled
    return replace(
        few,
        labelled=replace(
            labelled,
            texts=[*labelled.texts] * COPIES,
            labels=[*labelled.labels] * COPIES,
            lines=range(2, 2 + COPIES * len(few.logits)),
        ),
        logits=np.tile(few.logits, (COPIES, 1)) + noise,
        tokens=np.tile(few.tokens, COPIES),
    )


def test_assign_folds_spreads_every_label_evenly() -> None:
    truths = np.array([0] * 50 + [1] * 23 + [2] * 7)

    folds = assign_folds(truths)

    assert np.ptp(np.bincount(folds, minlength=FOLDS)) == 0
    for label in range(3):
        assert np.ptp(np.bincount(folds[truths == label], minlength=FOLDS)) <= 1


def test_cross_validate_predicts_each_fold_by_a_fit_to_the_others() -> None:
    uncalibrated = build_many(temperature=2.0)
    truths, logits = uncalibrated.truths, uncalibrated.logits

    after = cross_validate(uncalibrated).after

    folds = assign_folds(truths)
    for fold in range(FOLDS):
        others = folds != fold
        expected = fit_offsets(logits[others], truths[others], 2.0).apply(logits[~others])
        assert after.logits[~others] == pytest.approx(expected)
    assert after.temperature == 1


def test_cross_validate_fits_the_bundle_to_all_texts() -> None:
    uncalibrated = build_many(temperature=2.0)

    fitted = cross_validate(uncalibrated).fitted

    whole = fit_offsets(uncalibrated.logits, uncalibrated.truths, 2.0)
    assert (fitted.offsets.tolist(), fitted.temperature) == (
        whole.offsets.tolist(),
        whole.temperature,
    )
