"""From answers to figures."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from windvane.evaluation.answered_set import AnsweredSet
from windvane.evaluation.calibration import (
    chance_calibration_error,
    expected_calibration_error,
    reliability,
    to_probabilities,
)
from windvane.evaluation.coverage import cover
from windvane.evaluation.figures import (
    Calibration,
    FileFigures,
    LengthFigures,
    Mistake,
    ModelFigures,
    Rival,
)
from windvane.evaluation.intervals import bootstrap, bootstrap_gain
from windvane.evaluation.metrics import Metrics, count_confusion, measure

LENGTHS = (0, 16, 32, 64, 128, 512)
"""Lower bounds of the ranges of length, in tokens."""
WORST = 20
"""How many mistakes are kept."""


def build_figures(answered: AnsweredSet, rivals: Sequence[Rival] = ()) -> FileFigures:
    """Work out the figures of one file.

    Args:
        answered: What the model answered.
        rivals: What `compare` made of others' answers.
    """
    return FileFigures(
        file=answered.labelled.name,
        sha256=answered.labelled.sha256,
        labels=answered.labels,
        ignored=answered.labelled.ignored,
        model=measure_model(answered),
        mistakes=_worst_mistakes(answered),
        rivals=list(rivals),
    )


def measure_model(answered: AnsweredSet) -> ModelFigures:
    """Work out one model's figures."""
    confusion = _count(answered)
    return ModelFigures(
        metrics=measure(confusion, answered.labels),
        intervals=bootstrap(confusion, answered.labels),
        confusion=confusion.tolist(),
        calibration=_calibrate(answered),
        coverage=cover(answered.confidences, answered.right),
        by_length=_measure_lengths(answered),
    )


def compare(name: str, rival: AnsweredSet, answered: AnsweredSet) -> Rival:
    """Put another model's answers to the same texts beside ours.

    Args:
        name: The other model's.
        rival: Its answers; its labels may come in another order.
        answered: Ours.
    """
    rival = rival.in_order_of(answered.labels)
    return Rival(
        name=name,
        figures=measure_model(rival),
        agreement=float((rival.predictions == answered.predictions).mean()),
        largest_gap=float(np.abs(rival.probabilities - answered.probabilities).max()),
        gain=float(answered.right.mean() - rival.right.mean()),
        gain_interval=bootstrap_gain(answered.right, rival.right),
    )


def _count(
    answered: AnsweredSet, chosen: NDArray[np.bool_] | slice = slice(None)
) -> NDArray[np.int64]:
    truths = [answered.labels[i] for i in answered.truths[chosen]]
    predictions = [answered.labels[i] for i in answered.predictions[chosen]]
    return count_confusion(truths, predictions, answered.labels)


def _calibrate(answered: AnsweredSet) -> Calibration:
    before = to_probabilities(answered.logits)
    return Calibration(
        temperature=answered.temperature,
        ece_before=expected_calibration_error(before, answered.truths),
        ece=expected_calibration_error(answered.probabilities, answered.truths),
        ece_by_chance=chance_calibration_error(answered.probabilities),
        bins=reliability(answered.probabilities, answered.truths),
        bins_before=reliability(before, answered.truths),
    )


def _measure_lengths(answered: AnsweredSet) -> list[LengthFigures]:
    figures = []
    for first, end in zip(LENGTHS, (*LENGTHS[1:], None), strict=True):
        inside = (answered.tokens >= first) & (answered.tokens < (end or np.inf))
        if inside.any():
            metrics = measure(_count(answered, inside), answered.labels)
            figures.append(_of_length(first, end and end - 1, metrics))
    return figures


def _of_length(first: int, last: int | None, metrics: Metrics) -> LengthFigures:
    return LengthFigures(first, last, metrics.texts, metrics.accuracy, metrics.macro_recall)


def _worst_mistakes(answered: AnsweredSet) -> list[Mistake]:
    wrong = np.flatnonzero(~answered.right)
    surest = wrong[np.argsort(-answered.confidences[wrong], kind="stable")][:WORST]
    return [
        Mistake(
            line=answered.labelled.lines[i],
            truth=answered.labels[answered.truths[i]],
            predicted=answered.labels[answered.predictions[i]],
            score=float(answered.confidences[i]),
            text=answered.labelled.texts[i],
        )
        for i in surest.tolist()
    ]
