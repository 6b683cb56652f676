"""Confidence intervals: bootstrap, and Wilson's of a share."""

import math
from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from windvane.evaluation.calibration import CalibrationGaps

RESAMPLES = 1_000
_SEED = 20_170
_PERCENTILES = (2.5, 97.5)
_Z = 1.959964
"""Of the normal distribution, between -z and z of which lie 95 %."""


class Interval(NamedTuple):
    """Bounds of a 95 % confidence interval."""

    low: float
    high: float


def wilson(hits: int, total: int) -> Interval:
    """Work out the 95 % score interval of a share (Wilson 1927), which holds near 0 and 1 too.

    Args:
        hits: How many have the property.
        total: Of how many, at least 1.
    """
    share, z2 = hits / total, _Z * _Z
    middle = share + z2 / (2 * total)
    half = _Z * math.sqrt(share * (1 - share) / total + z2 / (4 * total * total))
    low, high = ((middle + sign * half) / (1 + z2 / total) for sign in (-1, 1))
    return Interval(max(low, 0.0), min(high, 1.0))


def bootstrap(
    confusion: NDArray[np.int64], labels: Sequence[str], resamples: int = RESAMPLES
) -> dict[str, Interval]:
    """Work out 95 % percentile intervals (Efron and Tibshirani 1993) from a fixed seed.

    Drawing texts with replacement amounts to drawing the counts of the confusion matrix from a
    multinomial distribution, which needs no loop over texts.

    Args:
        confusion: Shape (num_labels, num_labels), of at least one text.
        labels: Label names in the order of its rows.
        resamples: Number of resamples.

    Returns:
        An interval each for accuracy, macro_recall, macro_f1, and of every label that occurs
        ``label.recall``, ``label.precision`` and ``label.f1``.
    """
    drawn = _draw(confusion.ravel(), resamples).reshape(resamples, *confusion.shape)
    right = drawn.diagonal(axis1=1, axis2=2)
    texts, predicted = drawn.sum(axis=2), drawn.sum(axis=1)
    by_label = {
        "recall": _divide(right, texts),
        "precision": _divide(right, predicted),
        "f1": np.where(texts, _divide(2 * right, texts + predicted), np.nan),
    }
    drawn_figures = {
        "accuracy": right.sum(axis=1) / confusion.sum(),
        "macro_recall": np.nanmean(by_label["recall"], axis=1),
        "macro_f1": np.nanmean(by_label["f1"], axis=1),
        **{
            f"{label}.{name}": figures[:, i]
            for name, figures in by_label.items()
            for i, label in enumerate(labels)
        },
    }
    return {
        name: percentile_interval(figures)
        for name, figures in drawn_figures.items()
        if not np.isnan(figures).all()
    }


def bootstrap_gain(
    right: NDArray[np.bool_], rival_right: NDArray[np.bool_], resamples: int = RESAMPLES
) -> Interval:
    """Work out the interval of the difference of two models' accuracy on the same texts.

    Args:
        right: Whether the first model is right, text by text.
        rival_right: Whether the second model is right.
        resamples: Number of resamples.
    """
    differences = right.astype(np.int64) - rival_right
    steps, counts = np.unique(differences, return_counts=True)
    return percentile_interval(_draw(counts, resamples) @ steps / len(right))


def bootstrap_calibration_error(gaps: CalibrationGaps, resamples: int = RESAMPLES) -> Interval:
    """Work out the interval of the expected calibration error, by drawing texts.

    Chance alone makes the error of a resample larger than that of the texts, so that the interval
    is above the error where the error is small.
    """
    return percentile_interval(
        np.array([gaps.mean(rows) for rows in draw_rows(len(gaps.gaps), resamples)])
    )


def draw_rows(texts: int, resamples: int = RESAMPLES) -> Iterator[NDArray[np.int64]]:
    """Draw as many rows as there are texts, with replacement, the same in each call."""
    random = np.random.default_rng(_SEED)
    for _ in range(resamples):
        yield random.integers(texts, size=texts)


def _draw(counts: NDArray[np.int64], resamples: int) -> NDArray[np.int64]:
    random = np.random.default_rng(_SEED)
    return random.multinomial(counts.sum(), counts / counts.sum(), size=resamples)


def _divide(parts: NDArray[np.int64], wholes: NDArray[np.int64]) -> NDArray[np.float64]:
    nowhere = np.full(parts.shape, np.nan)
    return np.asarray(np.divide(parts, wholes, out=nowhere, where=wholes > 0), dtype=np.float64)


def percentile_interval(figures: NDArray[np.float64]) -> Interval:
    """Return the percentile interval of a figure in resamples, one-dimensional; NaN is left out."""
    return Interval(*map(float, np.nanpercentile(figures, _PERCENTILES)))
