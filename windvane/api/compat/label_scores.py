"""A prediction as a list of labels and scores, best first, as other services return it."""

import math
from collections.abc import Callable, Sequence

from windvane.inference.predictions import Prediction, round_score

Apply = Callable[[Prediction], Sequence[float]]


def softmax(prediction: Prediction) -> Sequence[float]:
    """Return the calibrated scores; a single label has the sigmoid of its logit."""
    return list(prediction.scores.values())


def sigmoid(prediction: Prediction) -> Sequence[float]:
    """Return the sigmoid of each logit."""
    return [_sigmoid(logit) for logit in prediction.logits]


def raw(prediction: Prediction) -> Sequence[float]:
    """Return the logits."""
    return prediction.logits


def rank(prediction: Prediction, apply: Apply) -> list[tuple[str, float]]:
    """Pair labels with their scores, the highest first."""
    scores = (round_score(score) for score in apply(prediction))
    return sorted(zip(prediction.scores, scores, strict=True), key=lambda pair: -pair[1])


def _sigmoid(logit: float) -> float:
    # In two forms, so that neither overflows.
    return 1 / (1 + math.exp(-logit)) if logit >= 0 else 1 - 1 / (1 + math.exp(logit))
