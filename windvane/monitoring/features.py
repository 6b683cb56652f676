"""Features: what is compared, and into which bins its values fall."""

from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

import msgspec
import numpy as np
from numpy.typing import NDArray

from windvane.inference.reference_profile import Histogram, ReferenceProfile
from windvane.monitoring.observation import UNDECIDED, Observed

FloatArray = NDArray[np.float64]
CountArray = NDArray[np.int64]


class NumericFeature(msgspec.Struct, frozen=True):
    """A feature whose values are numbers.

    Attributes:
        histogram: Its bins in the reference.
        read: Reads the values; those that were not recorded are left out.
    """

    histogram: Histogram
    read: Callable[[Sequence[Observed]], FloatArray]

    @property
    def reference(self) -> CountArray:
        """Texts of the reference by bin."""
        return np.array(self.histogram.counts, np.int64)

    @property
    def bins(self) -> tuple[str, ...]:
        """Names of the bins: the highest value of each, and what is above the last of these."""
        edges = [f"{edge:.3g}" for edge in self.histogram.edges]
        return (*(f"≤ {edge}" for edge in edges), f"> {edges[-1]}") if edges else ("all",)

    def count(self, records: Sequence[Observed]) -> "Binned":
        """Count the values of records by bin."""
        values = self.read(records)
        places = np.searchsorted(np.array(self.histogram.edges), values)
        counts = np.bincount(places, minlength=len(self.histogram.counts))
        return Binned(counts, float(values.sum()))


class CategoricalFeature(msgspec.Struct, frozen=True):
    """A feature whose values are names.

    Attributes:
        counts: Texts of the reference by name.
        read: Reads the name of a record.
    """

    counts: Mapping[str, int]
    read: Callable[[Observed], str]

    @property
    def reference(self) -> CountArray:
        """Texts of the reference by name."""
        return np.array(list(self.counts.values()), np.int64)

    @property
    def bins(self) -> tuple[str, ...]:
        """The names."""
        return tuple(self.counts)

    def count(self, records: Sequence[Observed]) -> "Binned":
        """Count records by name.

        Raises:
            KeyError: A record has a name that the reference does not have.
        """
        place = {name: i for i, name in enumerate(self.counts)}
        places = [place[self.read(record)] for record in records]
        return Binned(np.bincount(places, minlength=len(place)), 0.0)


Feature = NumericFeature | CategoricalFeature


class Binned(NamedTuple):
    """Counts by bin, int64, and the sum of the values; 0 if they are names."""

    counts: CountArray
    total: float


def build_features(profile: ReferenceProfile) -> dict[str, Feature]:
    """Build the features of a profile, in the order in which they are shown."""
    features: dict[str, Feature] = {
        "label": CategoricalFeature(profile.labels, lambda record: record.label),
        "score": NumericFeature(profile.score, read_scores),
        "tokens": NumericFeature(profile.tokens, read_tokens),
        "chars_per_token": NumericFeature(profile.chars_per_token, read_chars_per_token),
        "unknown_share": NumericFeature(profile.unknown_share, read_unknown_shares),
    }
    if profile.languages is not None:
        features["language"] = CategoricalFeature(profile.languages, read_language)
    return features


def read_scores(records: Sequence[Observed]) -> FloatArray:
    """Read the probability of the label."""
    return np.array([record.score for record in records], np.float64)


def read_tokens(records: Sequence[Observed]) -> FloatArray:
    """Read the number of tokens."""
    return np.array([record.tokens for record in records], np.float64)


def read_chars_per_token(records: Sequence[Observed]) -> FloatArray:
    """Read how many characters a token has, on average over the text."""
    return np.array([record.chars / max(1, record.tokens) for record in records], np.float64)


def read_unknown_shares(records: Sequence[Observed]) -> FloatArray:
    """Read the share of unknown tokens of the records that have their count."""
    return np.array(
        [
            record.unknown_tokens / max(1, record.tokens)
            for record in records
            if record.unknown_tokens is not None
        ],
        np.float64,
    )


def read_language(record: Observed) -> str:
    """Read the language, or that it could not be told."""
    return record.language or UNDECIDED
