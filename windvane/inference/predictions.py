"""Logits to labels and scores."""

from collections.abc import Mapping, Sequence
from math import floor
from typing import TYPE_CHECKING, TypeVar

import msgspec
import numpy as np

from windvane.inference.errors import ModelRunError
from windvane.inference.windows import EncodedText

if TYPE_CHECKING:
    from numpy.typing import NDArray

FloatT = TypeVar("FloatT", np.float32, np.float64)

SCORE_DIGITS = 6
"""Decimal places of a score in responses, records and files."""
STEPS: int = 10**SCORE_DIGITS


class Prediction(msgspec.Struct, frozen=True):
    """The model's prediction for one text.

    Attributes:
        label: The label with the highest score.
        score: Its probability, 0 to 1.
        scores: Probability by label; they sum to 1 unless the model has a single label.
        tokens: Tokens of the text, special tokens included.
        windows: How many windows the text was read in.
        logits: The model's output with the bundle's offsets, not divided by the temperature, in the
            order of ``scores``.
        unknown_tokens: How many of the tokens the vocabulary lacks.
        language: Language of the text; see `windvane.inference.language`.
    """

    label: str
    score: float
    scores: dict[str, float]
    tokens: int
    windows: int
    logits: tuple[float, ...] = ()
    unknown_tokens: int = 0
    language: str | None = None


def to_prediction(
    logits: "NDArray[np.float32]",
    labels: Sequence[str],
    text: EncodedText,
    *,
    temperature: float,
    language: str | None = None,
) -> Prediction:
    """Turn the logits of one text into its prediction.

    Args:
        logits: float32, shape (num_labels,), in the order of ``labels``, offsets included.
        labels: Label names, where ``labels[i]`` names ``logits[i]``.
        text: The text that the model read.
        temperature: Divides the logits (Guo et al. 2017, arXiv:1706.04599).
        language: The text's language.

    Raises:
        ModelRunError: The number of logits differs from the number of labels.
    """
    if logits.shape != (len(labels),):
        raise ModelRunError(
            f"The model returned logits of shape {logits.shape}; its manifest has "
            f"{len(labels)} labels."
        )
    probabilities = to_probabilities(logits, temperature).tolist()
    best = max(range(len(labels)), key=probabilities.__getitem__)
    return Prediction(
        label=labels[best],
        score=probabilities[best],
        scores=dict(zip(labels, probabilities, strict=True)),
        tokens=text.tokens,
        windows=len(text.windows),
        logits=tuple(logits.tolist()),
        unknown_tokens=text.unknown_tokens,
        language=language,
    )


def to_probabilities(
    logits: "NDArray[np.float32]", temperature: float = 1.0
) -> "NDArray[np.float64]":
    """Softmax over the labels, or the sigmoid where the model has a single one.

    Args:
        logits: float32, shape (num_labels,).
        temperature: Divides the logits.

    Returns:
        float64, shape (num_labels,).
    """
    scaled = logits.astype(np.float64) / temperature
    if scaled.size == 1:
        return softmax(np.append(scaled, 0.0))[:1]  # the sigmoid, without its overflow
    return softmax(scaled)


def choose_label(prediction: Prediction, min_score: float) -> str | None:
    """Return the label, or None if its score, as responses round it, is below ``min_score``."""
    return prediction.label if round_score(prediction.score) >= min_score else None


def round_score(score: float) -> float:
    """Round a score to `SCORE_DIGITS` decimal places, a half up.

    Python's `round`, exact for all digits of a float, takes four times as long.
    """
    return floor(score * STEPS + 0.5) / STEPS


def round_scores(scores: Mapping[str, float]) -> dict[str, float]:
    """Round the score of each label."""
    return {label: round_score(score) for label, score in scores.items()}


def softmax(logits: "NDArray[FloatT]") -> "NDArray[FloatT]":
    """Turn logits into probabilities over the last axis, in the dtype of the logits."""
    exponentials = np.exp(logits - logits.max(axis=-1, keepdims=True))
    probabilities: NDArray[FloatT] = exponentials / exponentials.sum(axis=-1, keepdims=True)
    return probabilities
