"""A classifier without a model, to measure and count what is around it."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from itertools import cycle, islice
from random import Random
from typing import cast

from windvane.inference.classifier import Classifier
from windvane.inference.predictions import SCORE_DIGITS, Prediction

LABELS = ("negative", "neutral", "positive")
DIFFERENT_PREDICTIONS = 4001
"""So many that an archive of them does not shrink more than that of a model would."""


@dataclass(frozen=True)
class _Manifest:
    name: str = "instant"
    version: str = "000000000000"


class InstantModel:
    """Predicts the next of some thousand predictions."""

    manifest = _Manifest()
    labels = LABELS

    def __init__(self) -> None:
        self._predictions = cycle(build_predictions())

    def classify(self, texts: Sequence[str]) -> list[Prediction]:
        """Predict."""
        return list(islice(self._predictions, len(texts)))


def open_instant_model(_bundle_uri: str = "") -> Classifier:
    """Open it as a part of a job opens its classifier."""
    return cast(Classifier, InstantModel())


@cache
def build_predictions() -> list[Prediction]:
    """Build predictions with scores by chance, the same at every call."""
    random = Random(0)  # noqa: S311 - not for security
    return [_build_prediction(random) for _ in range(DIFFERENT_PREDICTIONS)]


def _build_prediction(random: Random) -> Prediction:
    weights = [random.random() ** 4 for _ in LABELS]
    scores = {
        label: round(weight / sum(weights), SCORE_DIGITS)
        for label, weight in zip(LABELS, weights, strict=True)
    }
    label = max(scores, key=lambda name: scores[name])
    return Prediction(label, scores[label], scores, tokens=random.randrange(8, 60), windows=1)
