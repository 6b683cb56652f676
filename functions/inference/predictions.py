"""Logits to labels and scores."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class Prediction:
    """What the model says of one text.

    Attributes:
        label: The label with the highest score.
        score: Its probability, 0 to 1.
        scores: Probability by label; they sum to 1.
        tokens: Tokens of the text, special tokens included.
        windows: How many windows the text was read in.
    """

    label: str
    score: float
    scores: dict[str, float]
    tokens: int
    windows: int


def to_prediction(
    logits: NDArray[np.float32],
    labels: Sequence[str],
    *,
    temperature: float,
    tokens: int,
    windows: int,
) -> Prediction:
    """Turn the logits of one text into its prediction.

    Args:
        logits: float32, shape (num_labels,), in the order of ``labels``.
        labels: Label names, where ``labels[i]`` names ``logits[i]``.
        temperature: Divides the logits (Guo et al. 2017, arXiv:1706.04599).
        tokens: Tokens of the text.
        windows: Windows of the text.
    """
    probabilities = to_probabilities(logits, temperature).tolist()
    best = max(range(len(labels)), key=probabilities.__getitem__)
    return Prediction(
        label=labels[best],
        score=probabilities[best],
        scores=dict(zip(labels, probabilities, strict=True)),
        tokens=tokens,
        windows=windows,
    )


def to_probabilities(logits: NDArray[np.float32], temperature: float = 1.0) -> NDArray[np.float64]:
    """Softmax over the labels, or the sigmoid where the model has a single one.

    Args:
        logits: float32, shape (num_labels,).
        temperature: Divides the logits.

    Returns:
        float64, shape (num_labels,).
    """
    scaled = logits.astype(np.float64) / temperature
    if scaled.size == 1:
        return np.asarray(1 / (1 + np.exp(-scaled)), dtype=np.float64)
    exponentials = np.exp(scaled - scaled.max())
    return np.asarray(exponentials / exponentials.sum(), dtype=np.float64)
