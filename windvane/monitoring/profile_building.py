"""Builds the reference profile from the model's answers to held-out texts."""

from collections import Counter
from collections.abc import Sequence

import numpy as np

from windvane.inference.manifest import Manifest
from windvane.inference.reference_profile import Histogram, ProfileSource, ReferenceProfile
from windvane.monitoring.errors import ProfileError
from windvane.monitoring.features import (
    FloatArray,
    read_chars_per_token,
    read_language,
    read_scores,
    read_tokens,
    read_unknown_shares,
)
from windvane.monitoring.observation import UNDECIDED, Observed
from windvane.monitoring.repeats import to_combination

QUANTILE_BINS = 10
EDGE_DIGITS = 6
UNKNOWN_EDGES = (0.0, 0.02, 0.05, 0.1, 0.2, 0.5)
"""Most texts have no unknown token, so deciles would all be 0."""

FEWEST_TEXTS = 100
OTHER_LANGUAGE = "other"


def build_profile(
    observations: Sequence[Observed],
    labels: Sequence[str],
    *,
    sources: Sequence[ProfileSource] = (),
) -> ReferenceProfile:
    """Build a profile whose bins are the deciles of the texts.

    Args:
        observations: The model's answers to the texts.
        labels: Labels of the model; one that no text got is in the profile too.
        sources: Where the texts come from.

    Raises:
        ProfileError: There are fewer than `FEWEST_TEXTS` texts.
    """
    if len(observations) < FEWEST_TEXTS:
        raise ProfileError(
            f"A profile needs {FEWEST_TEXTS} texts or more, and there are {len(observations)}."
        )
    given = Counter(observation.label for observation in observations)
    unknown_shares = read_unknown_shares(observations)
    return ReferenceProfile(
        texts=len(observations),
        labels={label: given[label] for label in labels},
        score=_count_deciles(read_scores(observations)),
        tokens=_count_deciles(read_tokens(observations)),
        chars_per_token=_count_deciles(read_chars_per_token(observations)),
        unknown_share=_count(unknown_shares, UNKNOWN_EDGES),
        most_frequent=max(Counter(map(to_combination, observations)).values()),
        sources=tuple(sources),
        languages=_count_languages(observations),
    )


def require_profile(manifest: Manifest) -> ReferenceProfile:
    """Return the profile of a bundle.

    Raises:
        ProfileError: It has none, or one of other labels or languages.
    """
    profile = manifest.profile
    if profile is None:
        raise ProfileError(
            f"The bundle of {manifest.model_id} has no reference profile; "
            "`windvane monitor profile BUNDLE FILE` adds one."
        )
    if set(profile.labels) != set(manifest.labels):
        raise ProfileError(
            f"The reference profile of {manifest.model_id} has other labels "
            f"({', '.join(profile.labels)}) than the model ({', '.join(manifest.labels)})."
        )
    if not set(profile.languages or ()) <= {*(manifest.languages or ()), OTHER_LANGUAGE, UNDECIDED}:
        raise ProfileError(
            f"The reference profile of {manifest.model_id} has languages that the bundle does not."
        )
    return profile


def _count_deciles(values: FloatArray) -> Histogram:
    shares = np.arange(1, QUANTILE_BINS) / QUANTILE_BINS
    deciles = np.quantile(values, shares).round(EDGE_DIGITS)
    edges = np.unique(deciles)
    # An edge at the highest value would leave the last bin empty.
    return _count(values, tuple(float(edge) for edge in edges if edge < values.max()))


def _count(values: FloatArray, edges: Sequence[float]) -> Histogram:
    places = np.searchsorted(np.array(edges), values)
    counts = np.bincount(places, minlength=len(edges) + 1)
    return Histogram(
        edges=tuple(edges),
        counts=tuple(map(int, counts)),
        mean=round(float(values.mean()), EDGE_DIGITS),
    )


def _count_languages(observations: Sequence[Observed]) -> dict[str, int] | None:
    """Count languages; None if the bundle told none of the texts'."""
    languages = Counter(read_language(observation) for observation in observations)
    if not languages.keys() - {UNDECIDED}:
        return None
    return {**dict.fromkeys((OTHER_LANGUAGE, UNDECIDED), 0), **languages}
