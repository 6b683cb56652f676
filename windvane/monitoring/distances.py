"""Distances between two distributions over the same bins, with bootstrap intervals."""

from collections.abc import Callable

import msgspec
import numpy as np

from windvane.monitoring.features import CountArray, FloatArray

RESAMPLES = 1_000
SEED = 20_170
PERCENTILES = (2.5, 97.5)
PSEUDO_COUNT = 0.5
"""Records of the smaller sample that each bin's share is raised by, so that an empty bin has a
logarithm (Haldane 1956, Anscombe 1956), and one that is empty in both samples has no distance."""

Distance = Callable[[FloatArray, FloatArray], FloatArray]


class Estimate(msgspec.Struct, frozen=True):
    """A figure, and its 95 % interval.

    Attributes:
        value: The figure, corrected for the bias of a small sample; 0 or more.
        low: Lower bound.
        high: Upper bound.
        raw: The figure as the textbook computes it.
    """

    value: float
    low: float
    high: float
    raw: float


def compute_psi(reference: FloatArray, observed: FloatArray) -> FloatArray:
    """Compute the population stability index, which is 0 or more.

    It is the symmetric Kullback-Leibler divergence (Jeffreys 1946) in nats.

    Args:
        reference: Shares by bin, all above 0; the last axis holds the bins.
        observed: Likewise.
    """
    return np.asarray(((observed - reference) * np.log(observed / reference)).sum(axis=-1))


def compute_js(reference: FloatArray, observed: FloatArray) -> FloatArray:
    """Compute the Jensen-Shannon distance, from 0 to 1.

    It is the square root of the divergence in bits (Endres and Schindelin 2003).

    Args:
        reference: Shares by bin, all above 0; the last axis holds the bins.
        observed: Likewise.
    """
    middle = (reference + observed) / 2
    halves = reference * np.log2(reference / middle) + observed * np.log2(observed / middle)
    return np.asarray(np.sqrt(np.maximum(halves.sum(axis=-1) / 2, 0)))


class Resampled:
    """Two samples, and samples drawn from each with replacement."""

    def __init__(
        self, reference: CountArray, observed: CountArray, resamples: int = RESAMPLES
    ) -> None:
        """Draw the samples, from a fixed seed.

        Args:
            reference: Counts by bin, shape (bins,), of at least one text.
            observed: Likewise.
            resamples: Number of samples to draw.
        """
        random = np.random.default_rng(SEED)
        samples = (reference, observed)
        rise = PSEUDO_COUNT / min(int(counts.sum()) for counts in samples)
        self._shares = tuple(to_shares(counts, rise) for counts in samples)
        self._drawn = tuple(
            to_shares(random.multinomial(counts.sum(), counts / counts.sum(), resamples), rise)
            for counts in samples
        )

    def estimate(self, distance: Distance) -> Estimate:
        """Estimate a distance between what the samples were drawn from.

        The distance between two samples of one distribution is above 0: the smaller the samples,
        the higher. The basic bootstrap takes that off, since resampling adds it once more
        (Davison and Hinkley 1997, sections 2.1 and 5.2).
        """
        raw = float(distance(*self._shares))
        drawn = distance(*self._drawn)
        low, high = np.percentile(drawn, PERCENTILES)
        value, below, above = (
            max(0.0, 2 * raw - float(drawn_figure)) for drawn_figure in (drawn.mean(), high, low)
        )
        return Estimate(value, below, above, raw)


def estimate_share(count: int, total: int, resamples: int = RESAMPLES) -> Estimate:
    """Estimate a share of one or more records, with its percentile interval."""
    random = np.random.default_rng(SEED)
    share = count / total
    low, high = np.percentile(random.binomial(total, share, size=resamples) / total, PERCENTILES)
    return Estimate(share, float(low), float(high), share)


def to_shares(counts: CountArray, rise: float) -> FloatArray:
    """Turn counts into shares; the last axis holds the bins.

    Args:
        counts: Counts by bin.
        rise: What each share is raised by before they are made to sum to 1 again.
    """
    shares = counts / counts.sum(axis=-1, keepdims=True) + rise
    return np.asarray(shares / shares.sum(axis=-1, keepdims=True), dtype=np.float64)
