"""The most frequent text of a stream, recognized without the text.

The model gives a text the same label and score each time. Two texts that differ hardly ever agree
in label, score to six digits, tokens and characters, so their combination stands for the text.
"""

from collections import Counter
from collections.abc import Iterable

from windvane.monitoring.observation import Observed

MOST_COUNTERS = 1024
"""Counts are too low by at most one in `MOST_COUNTERS` records."""

Combination = tuple[str, float, int, int]


def to_combination(record: Observed) -> Combination:
    """Return what stands for a record's text."""
    return record.label, record.score, record.tokens, record.chars


class Repeats:
    """Counts frequent combinations in bounded memory: a Misra-Gries summary.

    Agarwal et al. 2013, Mergeable summaries, https://doi.org/10.1145/2500128.
    """

    def __init__(self) -> None:
        self._counts: Counter[Combination] = Counter()

    @property
    def most_frequent(self) -> int:
        """How often the most frequent combination occurred, or somewhat less."""
        return max(self._counts.values(), default=0)

    def add(self, records: Iterable[Observed]) -> None:
        """Count records."""
        self._counts.update(map(to_combination, records))
        self._cut()

    def merge(self, other: "Repeats") -> None:
        """Add the counts of another part of the stream."""
        self._counts.update(other._counts)
        self._cut()

    def _cut(self) -> None:
        if len(self._counts) <= MOST_COUNTERS:
            return
        cut = sorted(self._counts.values(), reverse=True)[MOST_COUNTERS]
        self._counts = Counter(
            {key: count - cut for key, count in self._counts.items() if count > cut}
        )
