"""Computes the figures of a file from predictions."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from windvane.evaluation.calibration import (
    CalibrationGaps,
    chance_calibration_error,
    expected_calibration_error,
    reliability,
    to_probabilities,
)
from windvane.evaluation.coverage import count_answered, cover
from windvane.evaluation.file_figures import (
    Calibration,
    FileFigures,
    LengthFigures,
    Mistake,
    ModelFigures,
    Rival,
)
from windvane.evaluation.intervals import bootstrap, bootstrap_calibration_error, bootstrap_gain
from windvane.evaluation.metrics import Metrics, count_confusion, measure
from windvane.evaluation.predicted_set import PredictedSet

LENGTHS = (0, 16, 32, 64, 128, 512)
"""Lower bounds of the ranges of length, in tokens."""
WORST = 20
"""Number of mistakes in the figures."""


def build_figures(
    predicted: PredictedSet, rivals: Sequence[Rival] = (), min_score: float | None = None
) -> FileFigures:
    """Work out the figures of one file.

    Args:
        predicted: The model's predictions.
        rivals: Results of `compare` for other models.
        min_score: Lowest score of a label, to count the texts that get one.
    """
    answered = (
        None
        if min_score is None
        else count_answered(predicted.confidences, predicted.right, min_score)
    )
    return FileFigures(
        file=predicted.labelled.name,
        sha256=predicted.labelled.sha256,
        labels=predicted.labels,
        ignored=predicted.labelled.ignored,
        model=measure_model(predicted),
        mistakes=_worst_mistakes(predicted),
        rivals=list(rivals),
        answered=answered,
    )


def measure_model(predicted: PredictedSet) -> ModelFigures:
    """Work out one model's figures."""
    confusion = _count(predicted)
    return ModelFigures(
        metrics=measure(confusion, predicted.labels),
        intervals=bootstrap(confusion, predicted.labels),
        confusion=confusion.tolist(),
        calibration=_calibrate(predicted),
        coverage=cover(predicted.confidences, predicted.right),
        by_length=_measure_lengths(predicted),
    )


def compare(name: str, rival: PredictedSet, predicted: PredictedSet) -> Rival:
    """Compare another model's predictions for the same texts with ours.

    Args:
        name: Name of the other model.
        rival: Its predictions; its labels may be in another order.
        predicted: Our predictions.
    """
    rival = rival.in_order_of(predicted.labels)
    return Rival(
        name=name,
        figures=measure_model(rival),
        agreement=float((rival.predictions == predicted.predictions).mean()),
        largest_gap=float(np.abs(rival.probabilities - predicted.probabilities).max()),
        gain=float(predicted.right.mean() - rival.right.mean()),
        gain_interval=bootstrap_gain(predicted.right, rival.right),
    )


def _count(
    predicted: PredictedSet, chosen: NDArray[np.bool_] | slice = slice(None)
) -> NDArray[np.int64]:
    truths = [predicted.labels[i] for i in predicted.truths[chosen]]
    predictions = [predicted.labels[i] for i in predicted.predictions[chosen]]
    return count_confusion(truths, predictions, predicted.labels)


def _calibrate(predicted: PredictedSet) -> Calibration:
    before = to_probabilities(predicted.logits)
    gaps = CalibrationGaps.of(predicted.probabilities, predicted.truths)
    return Calibration(
        temperature=predicted.temperature,
        ece_before=expected_calibration_error(before, predicted.truths),
        ece=gaps.mean(slice(None)),
        ece_interval=bootstrap_calibration_error(gaps),
        ece_by_chance=chance_calibration_error(predicted.probabilities),
        bins=reliability(predicted.probabilities, predicted.truths),
        bins_before=reliability(before, predicted.truths),
    )


def _measure_lengths(predicted: PredictedSet) -> list[LengthFigures]:
    figures = []
    for first, end in zip(LENGTHS, (*LENGTHS[1:], None), strict=True):
        inside = (predicted.tokens >= first) & (predicted.tokens < (end or np.inf))
        if inside.any():
            metrics = measure(_count(predicted, inside), predicted.labels)
            figures.append(_of_length(first, end and end - 1, metrics))
    return figures


def _of_length(first: int, last: int | None, metrics: Metrics) -> LengthFigures:
    return LengthFigures(first, last, metrics.texts, metrics.accuracy, metrics.macro_recall)


def _worst_mistakes(predicted: PredictedSet) -> list[Mistake]:
    wrong = np.flatnonzero(~predicted.right)
    surest = wrong[np.argsort(-predicted.confidences[wrong], kind="stable")][:WORST]
    return [
        Mistake(
            line=predicted.labelled.lines[i],
            truth=predicted.labels[predicted.truths[i]],
            predicted=predicted.labels[predicted.predictions[i]],
            score=float(predicted.confidences[i]),
            text=predicted.labelled.texts[i],
        )
        for i in surest.tolist()
    ]
