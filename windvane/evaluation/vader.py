"""VADER, the lexicon of sentiments that many use, as a baseline (Hutto and Gilbert 2014)."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from windvane.inference.predictions import softmax
from windvane.rows.label_maps import SENTIMENTS

THRESHOLD = 0.05
"""A text is positive from this compound score on, and negative from its negative on, as
https://github.com/cjhutto/vaderSentiment#about-the-scoring says."""
_HALF_STEP = 0.00005
"""The compound score has four decimal places: half of the last, so that no comparison is a tie."""


class Vader:
    """VADER by its documented thresholds; needs the package ``vaderSentiment``.

    It has no probabilities, so that of a label is our reading: the softmax of -compound, 0.05 and
    +compound. Where neutral cannot be chosen, a compound score above 0 is positive, and 0 negative.
    """

    labels = SENTIMENTS

    def __init__(self) -> None:
        """Read the lexicon.

        Raises:
            ModuleNotFoundError: The package is not installed.
        """
        from vaderSentiment.vaderSentiment import SentimentIntensityAnalyzer

        self._analyzer = SentimentIntensityAnalyzer()

    def predict(self, texts: Sequence[str]) -> NDArray[np.float64]:
        """Predict probabilities: float64, shape (texts, 3), in the order of ``labels``."""
        scores = [self._analyzer.polarity_scores(text)["compound"] for text in texts]
        return to_probabilities(np.array(scores, dtype=np.float64))


def to_probabilities(compounds: NDArray[np.float64]) -> NDArray[np.float64]:
    """Turn compound scores, -1 to 1, into probabilities of negative, neutral and positive."""
    # At 0.05 and -0.05 neutral is just behind, and at 0 positive is just behind negative.
    neutral = np.full_like(compounds, THRESHOLD - _HALF_STEP)
    return softmax(np.stack([-compounds, neutral, compounds - _HALF_STEP / 2], axis=1))
