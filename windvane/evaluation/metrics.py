"""Accuracy, recall, precision and F1 from a confusion matrix."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class LabelMetrics:
    """One label's figures.

    Attributes:
        texts: Number of texts whose true label it is.
        predicted: Number of texts that were given it.
        recall: Share of its texts that were given it; None if it has no texts.
        precision: Share of the texts given it that are its own; None if it was never predicted.
        f1: Harmonic mean of the two, 0 if it was never predicted; None if it has no texts.
    """

    texts: int
    predicted: int
    recall: float | None
    precision: float | None
    f1: float | None


@dataclass(frozen=True, slots=True)
class Metrics:
    """The figures of one labelled set.

    Attributes:
        texts: Number of texts.
        accuracy: Share of the texts given their true label.
        macro_recall: Mean recall of the labels that occur, each counting the same, as SemEval
            ranks by (Rosenthal et al. 2017, https://aclanthology.org/S17-2088).
        macro_f1: Mean F1 of the labels that occur.
        labels: Figures by label.
    """

    texts: int
    accuracy: float
    macro_recall: float
    macro_f1: float
    labels: dict[str, LabelMetrics]


def count_confusion(
    truths: Sequence[str], predictions: Sequence[str], labels: Sequence[str]
) -> NDArray[np.int64]:
    """Build the confusion matrix.

    Args:
        truths: The true label of each text.
        predictions: The predicted labels, in the same order.
        labels: All labels that occur in either.

    Returns:
        int64, shape (num_labels, num_labels); row: the true label, column: the predicted one.
    """
    index = {label: i for i, label in enumerate(labels)}
    counts = np.zeros((len(labels), len(labels)), dtype=np.int64)
    rows = [index[label] for label in truths]
    columns = [index[label] for label in predictions]
    np.add.at(counts, (rows, columns), 1)
    return counts


def measure(confusion: NDArray[np.int64], labels: Sequence[str]) -> Metrics:
    """Work out the figures from a confusion matrix.

    Args:
        confusion: int64, shape (num_labels, num_labels), of at least one text.
        labels: Label names in the order of its rows.
    """
    right = confusion.diagonal().tolist()
    texts = confusion.sum(axis=1).tolist()
    predicted = confusion.sum(axis=0).tolist()
    by_label = {
        label: LabelMetrics(
            texts[i],
            predicted[i],
            recall=right[i] / texts[i] if texts[i] else None,
            precision=right[i] / predicted[i] if predicted[i] else None,
            f1=2 * right[i] / (texts[i] + predicted[i]) if texts[i] else None,
        )
        for i, label in enumerate(labels)
    }
    return Metrics(
        texts=sum(texts),
        accuracy=sum(right) / sum(texts),
        macro_recall=_mean([figures.recall for figures in by_label.values()]),
        macro_f1=_mean([figures.f1 for figures in by_label.values()]),
        labels=by_label,
    )


def _mean(figures: Sequence[float | None]) -> float:
    defined = [figure for figure in figures if figure is not None]
    return sum(defined) / len(defined)
