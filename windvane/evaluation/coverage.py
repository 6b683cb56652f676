"""Selective prediction: accuracy by coverage, if the model may abstain."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from windvane.inference.predictions import SCORE_DIGITS

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


@dataclass(frozen=True, slots=True)
class Answered:
    """The figures of the texts that get a label with a lowest score.

    Attributes:
        min_score: The lowest score of a label.
        texts: How many texts get one.
        share: Share of all texts.
        accuracy: Share of them that is right; None if no text gets a label.
    """

    min_score: float
    texts: int
    share: float
    accuracy: float | None


def count_answered(
    confidences: NDArray[np.float64], right: NDArray[np.bool_], min_score: float
) -> Answered:
    """Count the texts that get a label, whose scores are compared as responses round them.

    Args:
        confidences: Probability of each text's label.
        right: Whether the label is the true one, text by text.
        min_score: The lowest score of a label.
    """
    answered = np.round(confidences, SCORE_DIGITS) >= min_score
    texts = int(answered.sum())
    accuracy = float(right[answered].mean()) if texts else None
    return Answered(min_score, texts, texts / len(right), accuracy)


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
