"""The figures of one file: what the terminal, the JSON and the report all show."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from evaluation.answered_set import AnsweredSet
from evaluation.calibration import (
    Bin,
    expected_calibration_error,
    reliability,
    to_probabilities,
)
from evaluation.coverage import Coverage, cover
from evaluation.intervals import Interval, bootstrap
from evaluation.metrics import Metrics, count_confusion, measure

LENGTHS = (0, 16, 32, 64, 128, 512)
"""Lower bounds of the ranges of length, in tokens."""
_WORST = 20


@dataclass(frozen=True)
class LengthFigures:
    """The figures of the texts of one range of length.

    Attributes:
        from_tokens: Shortest, special tokens included.
        to_tokens: Longest; None where there is no bound.
    """

    from_tokens: int
    to_tokens: int | None
    texts: int
    accuracy: float
    macro_recall: float


@dataclass(frozen=True)
class Mistake:
    """A text that the model is sure about, and wrong.

    Attributes:
        line: 1-based line of the file.
        score: Probability of the predicted label.
    """

    line: int
    truth: str
    predicted: str
    score: float
    text: str


@dataclass(frozen=True)
class Rival:
    """Another model on the same texts.

    Attributes:
        name: What it is.
        agreement: The part of the texts that both give the same label.
        largest_gap: Largest difference of a probability on any text.
    """

    name: str
    accuracy: float
    macro_recall: float
    macro_f1: float
    ece: float
    agreement: float
    largest_gap: float


@dataclass(frozen=True)
class Calibration:
    """How honest the scores are.

    Attributes:
        temperature: What the logits are divided by.
        ece_before: Expected calibration error without it.
        ece: The same with it.
        bins: Confidence and accuracy by range of confidence, with it.
        bins_before: The same without it.
    """

    temperature: float
    ece_before: float
    ece: float
    bins: list[Bin]
    bins_before: list[Bin]


@dataclass(frozen=True)
class FileFigures:
    """All the figures of one file.

    Attributes:
        file: Its name.
        sha256: Hash of its bytes.
        labels: The labels to choose from, in the order of the confusion matrix.
        intervals: 95 % bootstrap interval by figure (`evaluation.intervals.bootstrap`).
        confusion: Counts; row: the true label, column: the predicted one.
        rivals: Other models on the same texts.
    """

    file: str
    sha256: str
    labels: tuple[str, ...]
    metrics: Metrics
    intervals: dict[str, Interval]
    confusion: list[list[int]]
    calibration: Calibration
    coverage: list[Coverage]
    by_length: list[LengthFigures]
    mistakes: list[Mistake]
    rivals: list[Rival]


def build_figures(answered: AnsweredSet, rivals: Sequence[Rival] = ()) -> FileFigures:
    """Work out the figures of one file."""
    confusion = _count(answered, np.ones(len(answered.truths), dtype=bool))
    return FileFigures(
        file=answered.labelled.name,
        sha256=answered.labelled.sha256,
        labels=answered.labels,
        metrics=measure(confusion, answered.labels),
        intervals=bootstrap(confusion, answered.labels),
        confusion=confusion.tolist(),
        calibration=_calibrate(answered),
        coverage=cover(answered.confidences, answered.predictions == answered.truths),
        by_length=_measure_lengths(answered),
        mistakes=_worst_mistakes(answered),
        rivals=list(rivals),
    )


def compare(name: str, rival: AnsweredSet, answered: AnsweredSet) -> Rival:
    """Put another model's answers to the same texts beside ours."""
    metrics = measure(_count(rival, np.ones(len(rival.truths), dtype=bool)), rival.labels)
    return Rival(
        name=name,
        accuracy=metrics.accuracy,
        macro_recall=metrics.macro_recall,
        macro_f1=metrics.macro_f1,
        ece=expected_calibration_error(rival.probabilities, rival.truths),
        agreement=float((rival.predictions == answered.predictions).mean()),
        largest_gap=float(np.abs(rival.probabilities - answered.probabilities).max()),
    )


def _count(answered: AnsweredSet, chosen: NDArray[np.bool_]) -> NDArray[np.int64]:
    truths = [answered.labels[i] for i in answered.truths[chosen]]
    predictions = [answered.labels[i] for i in answered.predictions[chosen]]
    return count_confusion(truths, predictions, answered.labels)


def _calibrate(answered: AnsweredSet) -> Calibration:
    before = to_probabilities(answered.logits)
    return Calibration(
        temperature=answered.temperature,
        ece_before=expected_calibration_error(before, answered.truths),
        ece=expected_calibration_error(answered.probabilities, answered.truths),
        bins=reliability(answered.probabilities, answered.truths),
        bins_before=reliability(before, answered.truths),
    )


def _measure_lengths(answered: AnsweredSet) -> list[LengthFigures]:
    ranges = zip(LENGTHS, (*LENGTHS[1:], None), strict=True)
    figures = []
    for first, end in ranges:
        inside = (answered.tokens >= first) & (answered.tokens < (end or np.inf))
        if inside.any():
            metrics = measure(_count(answered, inside), answered.labels)
            figures.append(
                LengthFigures(
                    first,
                    end and end - 1,
                    metrics.texts,
                    metrics.accuracy,
                    metrics.macro_recall,
                )
            )
    return figures


def _worst_mistakes(answered: AnsweredSet) -> list[Mistake]:
    wrong = np.flatnonzero(answered.predictions != answered.truths)
    surest = wrong[np.argsort(-answered.confidences[wrong], kind="stable")][:_WORST]
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
