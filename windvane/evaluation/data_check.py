"""Checks labelled data: labels, lengths, duplicates, label conflicts and overlaps."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from windvane.evaluation.same_texts import (
    SameText,
    SharedText,
    TextIndex,
    count_shared_texts,
    find_same_texts,
    find_shared_texts,
)

_LENGTH_BOUNDS = (1, 5, 10, 20, 40, 80, 160, 320)
"""Lower bounds of the histogram's ranges, in words."""
_SHOWN_LABELS = 20


@dataclass(frozen=True)
class Lengths:
    """Lengths of texts in one unit."""

    median: float
    p95: float
    longest: int


@dataclass(frozen=True)
class LengthRange:
    """A bar of the histogram: texts of ``from_words`` to ``to_words``; None without a bound."""

    from_words: int
    to_words: int | None
    texts: int

    @property
    def name(self) -> str:
        """The range as text."""
        return f"{self.from_words} {f'to {self.to_words}' if self.to_words else 'or more'}"


@dataclass(frozen=True)
class Overlap:
    """Texts that two files share.

    Attributes:
        file: The other file.
        texts: Number of texts of this file that are in the other one, after normalisation.
        exact: Number of them that are identical.
        other_shared: Number of texts of the other file that are in this one.
        other_texts: Number of texts in the other file.
        rows: The rows of this file, and where their texts are in the other one.
    """

    file: str
    texts: int
    exact: int
    other_shared: int
    other_texts: int
    rows: list[SharedText]


@dataclass(frozen=True)
class DataCheck:
    """The check of one file.

    Attributes:
        file: Its name.
        texts: Number of usable rows.
        labels: Number of texts by label, the most frequent first.
        characters: Lengths in characters.
        words: Lengths in words.
        histogram: Texts by words.
        duplicates: Number of texts that are identical to an earlier one of the file.
        near_duplicates: Number of texts that equal an earlier one after normalisation.
        repeated: The texts that occur more than once, each with all its rows.
        conflicts: Those among them whose rows have different labels.
        overlaps: The texts shared with each other file.
    """

    file: str
    texts: int
    labels: dict[str, int]
    characters: Lengths
    words: Lengths
    histogram: list[LengthRange]
    duplicates: int
    near_duplicates: int
    repeated: list[SameText]
    conflicts: list[SameText]
    overlaps: list[Overlap]

    def filled_ranges(self) -> list[LengthRange]:
        """The ranges from the shortest text to the longest."""
        filled = [place for place, each in enumerate(self.histogram) if each.texts]
        return self.histogram[filled[0] : filled[-1] + 1]

    def frequent_labels(self) -> dict[str, int]:
        """Count the most frequent labels, and all others as one; the column may not hold labels."""
        if len(self.labels) <= _SHOWN_LABELS:
            return self.labels
        shown = dict(list(self.labels.items())[:_SHOWN_LABELS])
        rest = len(self.labels) - _SHOWN_LABELS
        return {**shown, f"({rest:,} other labels)": self.texts - sum(shown.values())}


def count_bad_rows(rows: int) -> str:
    """Format a number of unusable rows."""
    return "1 bad row" if rows == 1 else f"{rows:,} bad rows"


def join_first(parts: Sequence[object], most: int) -> str:
    """Join the first parts, with dots for those beyond ``most``."""
    more = ", ..." if len(parts) > most else ""
    return ", ".join(map(str, parts[:most])) + more


def check_data(index: TextIndex, others: Sequence[TextIndex] = ()) -> DataCheck:
    """Check a file.

    Args:
        index: The file, with at least one row.
        others: Files to compare it with.
    """
    labelled = index.labelled
    words = np.array([len(text.split()) for text in labelled.texts])
    repeated = find_same_texts(index)
    return DataCheck(
        file=labelled.name,
        texts=len(labelled.texts),
        labels=dict(labelled.count_labels().most_common()),
        characters=_measure(np.array([len(text) for text in labelled.texts])),
        words=_measure(words),
        histogram=_count_ranges(words),
        duplicates=len(labelled.texts) - len(set(labelled.texts)),
        near_duplicates=len(index.keys) - len(index.rows_by_key),
        repeated=repeated,
        conflicts=[each for each in repeated if each.is_conflict],
        overlaps=[_find_overlap(index, other) for other in others],
    )


def _measure(lengths: np.ndarray) -> Lengths:
    median, p95 = np.percentile(lengths, [50, 95])
    return Lengths(float(median), float(p95), int(lengths.max()))


def _count_ranges(words: np.ndarray) -> list[LengthRange]:
    ends = (*_LENGTH_BOUNDS[1:], None)
    return [
        LengthRange(
            first,
            end and end - 1,
            int(((words >= first) & (words < (end or np.inf))).sum()),
        )
        for first, end in zip(_LENGTH_BOUNDS, ends, strict=True)
    ]


def _find_overlap(index: TextIndex, other: TextIndex) -> Overlap:
    rows = find_shared_texts(index, other)
    return Overlap(
        file=other.labelled.name,
        texts=len(rows),
        exact=sum(row.exact for row in rows),
        other_shared=count_shared_texts(index, other),
        other_texts=len(other.keys),
        rows=rows,
    )
