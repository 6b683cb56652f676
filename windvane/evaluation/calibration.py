"""Calibration of probabilities: error, reliability and temperature scaling."""

from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import NDArray

from windvane.inference.predictions import softmax

BINS = 15
"""As in Guo et al. 2017 (arXiv:1706.04599)."""
_SEED = 20_170
_DRAWS = 200


@dataclass(frozen=True, slots=True)
class Bin:
    """The texts whose predicted label has a probability in one range.

    Attributes:
        above: The range's lower bound; the upper one is that of the next bin, or 1.
        texts: Number of texts in the bin.
        confidence: Mean probability of their predicted labels; 0 for an empty bin.
        accuracy: Share of them that is right; 0 for an empty bin.
    """

    above: float
    texts: int
    confidence: float
    accuracy: float


@dataclass(frozen=True, slots=True)
class CalibrationGaps:
    """The gap between confidence and correctness of each text.

    Attributes:
        bins: Number of bins.
        bin_of: The bin of each text by confidence.
        gaps: Probability of each text's predicted label, less 1 where the label is right.
    """

    bins: int
    bin_of: NDArray[np.int64]
    gaps: NDArray[np.float64]

    @classmethod
    def of(
        cls, probabilities: NDArray[np.float64], truths: NDArray[np.int64], bins: int = BINS
    ) -> Self:
        """Build the gaps from probabilities of shape (texts, num_labels)."""
        confidences = probabilities.max(axis=1)
        right = probabilities.argmax(axis=1) == truths
        return cls(bins, _bin_of(confidences, bins), confidences - right)

    def mean(self, texts: NDArray[np.int64] | slice) -> float:
        """Return the expected calibration error of the texts of these rows."""
        gaps = self.gaps[texts]
        sums = np.bincount(self.bin_of[texts], gaps, self.bins)
        return float(np.abs(sums).sum() / len(gaps))


def to_probabilities(logits: NDArray[np.float64], temperature: float = 1.0) -> NDArray[np.float64]:
    """Softmax of each row, shape (texts, num_labels), of the logits over the temperature."""
    return softmax(logits / temperature)


def reliability(
    probabilities: NDArray[np.float64], truths: NDArray[np.int64], bins: int = BINS
) -> list[Bin]:
    """Sort texts by confidence into bins of equal width.

    Args:
        probabilities: Shape (texts, num_labels).
        truths: Column of each text's true label.
        bins: Number of bins.
    """
    confidences = probabilities.max(axis=1)
    right = probabilities.argmax(axis=1) == truths
    index = _bin_of(confidences, bins)
    return [
        Bin(
            above=i / bins,
            texts=int(inside.sum()),
            confidence=float(confidences[inside].mean()) if inside.any() else 0.0,
            accuracy=float(right[inside].mean()) if inside.any() else 0.0,
        )
        for i in range(bins)
        for inside in [index == i]
    ]


def expected_calibration_error(
    probabilities: NDArray[np.float64], truths: NDArray[np.int64], bins: int = BINS
) -> float:
    """Work out the mean gap between confidence and accuracy (ECE; Guo et al. 2017)."""
    gaps = CalibrationGaps.of(probabilities, truths, bins)
    return gaps.mean(slice(None))


def chance_calibration_error(probabilities: NDArray[np.float64], bins: int = BINS) -> float:
    """Work out the expected error of a perfectly calibrated model on as many texts.

    The error is a mean of absolute values, so chance alone makes it positive; fewer texts make it
    larger. Labels are drawn from the model's probabilities with a fixed seed (consistency
    resampling; Bröcker and Smith 2007, https://doi.org/10.1175/WAF993.1).

    Args:
        probabilities: Shape (texts, num_labels).
        bins: Number of bins.
    """
    confidences = probabilities.max(axis=1)
    index = _bin_of(confidences, bins)
    random = np.random.default_rng(_SEED)
    errors = []
    for _ in range(_DRAWS):
        right = random.random(len(confidences)) < confidences
        errors.append(np.abs(np.bincount(index, confidences - right)).sum() / len(confidences))
    return float(np.mean(errors))


def _bin_of(confidences: NDArray[np.float64], bins: int) -> NDArray[np.int64]:
    return np.minimum((confidences * bins).astype(np.int64), bins - 1)
