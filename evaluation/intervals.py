"""How far a figure could lie off by the chance of which texts were in the file."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from evaluation.metrics import measure

RESAMPLES = 1_000
_SEED = 20_170
_LOW, _HIGH = 2.5, 97.5


class Interval(NamedTuple):
    """Where a figure lies in 95 of 100 resamples."""

    low: float
    high: float


def bootstrap(
    confusion: NDArray[np.int64], labels: Sequence[str], resamples: int = RESAMPLES
) -> dict[str, Interval]:
    """Work out 95 % percentile intervals (Efron and Tibshirani 1993), the same each time.

    To draw texts with replacement is to draw the cells of the confusion matrix by their counts.

    Args:
        confusion: Shape (num_labels, num_labels), of at least one text.
        labels: Label names in the order of its rows.
        resamples: How often to draw.

    Returns:
        An interval each for accuracy, macro_recall, macro_f1, and of every label that occurs
        ``label.recall``, ``label.precision`` and ``label.f1``.
    """
    counts = confusion.ravel()
    random = np.random.default_rng(_SEED)
    drawn = random.multinomial(counts.sum(), counts / counts.sum(), size=resamples)
    figures: dict[str, list[float]] = {}
    for each in drawn.reshape(resamples, *confusion.shape):
        metrics = measure(each, labels)
        for name in ("accuracy", "macro_recall", "macro_f1"):
            figures.setdefault(name, []).append(getattr(metrics, name))
        for label, own in metrics.labels.items():
            for name in ("recall", "precision", "f1"):
                if (value := getattr(own, name)) is not None:
                    figures.setdefault(f"{label}.{name}", []).append(value)
    return {
        name: Interval(*map(float, np.percentile(values, [_LOW, _HIGH])))
        for name, values in figures.items()
    }
