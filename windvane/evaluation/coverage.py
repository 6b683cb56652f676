"""Selective prediction: accuracy by coverage, if the model may abstain."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

SHARES = tuple(round(share / 20, 2) for share in range(20, 1, -1))
"""100 %, 95 % ... 10 % of the texts."""


@dataclass(frozen=True, slots=True)
class Coverage:
    """The figures if only the predictions of highest confidence count.

    Attributes:
        share: Share of the texts that is covered.
        threshold: Lowest score of a covered text.
        accuracy: Share of the covered texts that is right.
    """

    share: float
    threshold: float
    accuracy: float


def cover(confidences: NDArray[np.float64], right: NDArray[np.bool_]) -> list[Coverage]:
    """Work out the accuracy by coverage (El-Yaniv and Wiener 2010).

    Args:
        confidences: Probability of each text's label.
        right: Whether the label is the true one, text by text.
    """
    surest = np.argsort(-confidences, kind="stable")
    points = []
    for share in SHARES:
        covered = surest[: max(1, round(share * len(surest)))]
        points.append(
            Coverage(share, float(confidences[covered[-1]]), float(right[covered].mean()))
        )
    return points
