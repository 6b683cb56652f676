"""A prediction as a list of labels and scores, best first, in the ways other services score."""

import math
from collections.abc import Callable, Sequence

from windvane.inference.predictions import Prediction, round_score

Apply = Callable[[Prediction], Sequence[float]]


def softmax(prediction: Prediction) -> Sequence[float]:
    """Give our own scores, which are calibrated; a label that stands alone is scored by itself."""
    return list(prediction.scores.values())


def sigmoid(prediction: Prediction) -> Sequence[float]:
    """Give each label's score by itself."""
    return [_sigmoid(logit) for logit in prediction.logits]


def raw(prediction: Prediction) -> Sequence[float]:
    """Give the logits."""
    return prediction.logits


def rank(prediction: Prediction, apply: Apply) -> list[tuple[str, float]]:
    """Pair labels with their scores, the highest first."""
    scores = (round_score(score) for score in apply(prediction))
    return sorted(zip(prediction.scores, scores, strict=True), key=lambda pair: -pair[1])


def _sigmoid(logit: float) -> float:
    # Written so that neither way overflows.
    return 1 / (1 + math.exp(-logit)) if logit >= 0 else 1 - 1 / (1 + math.exp(logit))
