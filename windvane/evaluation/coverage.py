"""What is gained when the model may abstain where it is least sure."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

SHARES = tuple(round(share / 20, 2) for share in range(20, 1, -1))
"""100 %, 95 % ... 10 % of the texts."""


@dataclass(frozen=True, slots=True)
class Coverage:
    """The figures where only the surest answers count.

    Attributes:
        share: Part of the texts that is answered.
        threshold: Lowest score among them.
        accuracy: The part of them that is right.
    """

    share: float
    threshold: float
    accuracy: float


def cover(confidences: NDArray[np.float64], right: NDArray[np.bool_]) -> list[Coverage]:
    """Work out accuracy by the share that is answered (El-Yaniv and Wiener 2010).

    Args:
        confidences: Probability of each text's label.
        right: Whether the label is the true one.
    """
    surest = np.argsort(-confidences, kind="stable")
    points = []
    for share in SHARES:
        answered = surest[: max(1, round(share * len(surest)))]
        points.append(
            Coverage(share, float(confidences[answered[-1]]), float(right[answered].mean()))
        )
    return points
