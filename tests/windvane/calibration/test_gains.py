"""Figures before and after, and their intervals."""

from dataclasses import replace

import numpy as np
import pytest

from tests.windvane.calibration.test_cross_validation import build_many
from windvane.calibration.gains import LOG_LOSS, OVERALL, measure_gains
from windvane.evaluation.file_measurement import measure_model


def test_measure_gains_has_the_figures_of_an_evaluation() -> None:
    before, after = build_many(1.0), build_many(2.0)
    after = replace(after, logits=after.logits + np.array([0.0, 1.0, 0.0]))

    gains = measure_gains(before, after)

    for when, predicted in (("before", before), ("after", after)):
        figures = measure_model(predicted)
        for name in ("accuracy", "macro_recall", "macro_f1"):
            expected = getattr(figures.metrics, name)
            assert getattr(gains[name], when) == pytest.approx(expected)
        assert getattr(gains["ece"], when) == pytest.approx(figures.calibration.ece)
        for label, of_label in figures.metrics.labels.items():
            assert getattr(gains[f"{label}.recall"], when) == pytest.approx(of_label.recall)
        true_scores = predicted.probabilities[np.arange(100), predicted.truths]
        assert getattr(gains[LOG_LOSS], when) == pytest.approx(-np.log(true_scores).mean())


def test_measure_gains_of_the_same_predictions_are_nothing_in_every_resample() -> None:
    before = build_many(1.0)

    gains = measure_gains(before, before)

    assert set(gains) == {*OVERALL, "negative.recall", "neutral.recall", "positive.recall"}
    for gain in gains.values():
        assert (gain.difference, gain.difference_interval) == (0, (0, 0))
        assert gain.before_interval.low <= gain.before <= gain.before_interval.high or (
            gain is gains["ece"]  # chance makes it larger in a resample
        )


def test_measure_gains_has_intervals_of_about_the_standard_error() -> None:
    before = build_many(1.0)
    share = before.right.mean()

    interval = measure_gains(before, before)["accuracy"].before_interval

    width = 2 * 1.96 * np.sqrt(share * (1 - share) / 100)
    assert interval.high - interval.low == pytest.approx(width, rel=0.15)
