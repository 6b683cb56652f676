"""Figures before and after a calibration, with bootstrap intervals."""

from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import NDArray

from windvane.evaluation.calibration import CalibrationGaps
from windvane.evaluation.intervals import Interval, draw_rows, percentile_interval
from windvane.evaluation.predicted_set import PredictedSet

MACRO_F1, LOG_LOSS = "macro_f1", "log_loss"
OVERALL = ("accuracy", "macro_recall", MACRO_F1, "ece", LOG_LOSS)
RECALL = ".recall"
_LEAST_PROBABILITY = 1e-12

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Gain:
    """A figure before and after, and the difference, with 95 % bootstrap intervals.

    Attributes:
        before: The figure of the bundle as it is.
        after: The figure after the calibration, on texts that were left out of its fit.
        difference: After minus before; of ``ece`` and ``log_loss``, less is better.
    """

    before: float
    before_interval: Interval
    after: float
    after_interval: Interval
    difference: float
    difference_interval: Interval


@dataclass(frozen=True)
class _TextFigures:
    """What the figures of any selection of the texts need, text by text.

    Attributes:
        losses: Negative logarithm of the true label's probability.
    """

    labels: int
    truths: NDArray[np.int64]
    predictions: NDArray[np.int64]
    losses: Floats
    gaps: CalibrationGaps

    @classmethod
    def of(cls, predicted: PredictedSet) -> Self:
        truths, probabilities = predicted.truths, predicted.probabilities
        true_probabilities = probabilities[np.arange(len(truths)), truths]
        return cls(
            labels=len(predicted.labels),
            truths=truths,
            predictions=predicted.predictions,
            losses=-np.log(np.maximum(true_probabilities, _LEAST_PROBABILITY)),
            gaps=CalibrationGaps.of(probabilities, truths),
        )

    def measure(self, rows: NDArray[np.int64]) -> Floats:
        """Return the figures of `OVERALL`, then the recall of each label, NaN if it has no text."""
        truths, predictions = self.truths[rows], self.predictions[rows]
        texts = np.bincount(truths, minlength=self.labels)
        predicted = np.bincount(predictions, minlength=self.labels)
        right = np.bincount(truths[truths == predictions], minlength=self.labels)
        divisors = np.where(texts, texts, np.nan)
        recalls = right / divisors
        f1 = 2 * right / (divisors + predicted)
        overall = [
            right.sum() / len(rows),
            np.nanmean(recalls),
            np.nanmean(f1),
            self.gaps.mean(rows),
            self.losses[rows].mean(),
        ]
        return np.append(overall, recalls)


def measure_figures(predicted: PredictedSet) -> dict[str, float]:
    """Measure predictions: each figure of `OVERALL`, and ``label.recall`` of each label."""
    everything = np.arange(len(predicted.truths))
    values = _TextFigures.of(predicted).measure(everything).tolist()
    return dict(zip(_name_figures(predicted), values, strict=True))


def measure_gains(before: PredictedSet, after: PredictedSet) -> dict[str, Gain]:
    """Measure two predictions of the same texts.

    Args:
        before: Predictions of the bundle as it is.
        after: Predictions after the calibration; each resample draws the same texts of both.

    Returns:
        A gain for each figure of `OVERALL`, and ``label.recall`` of each label.
    """
    everything = np.arange(len(before.truths))
    samples = [everything, *draw_rows(len(everything))]
    values = np.array(
        [
            [figures.measure(rows) for rows in samples]
            for figures in map(_TextFigures.of, (before, after))
        ]
    )
    names = _name_figures(before)
    return {name: _to_gain(*values[:, :, column]) for column, name in enumerate(names)}


def _name_figures(predicted: PredictedSet) -> list[str]:
    return [*OVERALL, *(f"{label}{RECALL}" for label in predicted.labels)]


def _to_gain(before: Floats, after: Floats) -> Gain:
    """Build a gain from a figure of all texts, which is the first value, and of the resamples."""
    differences = after - before
    return Gain(
        *_with_interval(before),
        *_with_interval(after),
        *_with_interval(differences),
    )


def _with_interval(values: Floats) -> tuple[float, Interval]:
    return float(values[0]), percentile_interval(values[1:])
