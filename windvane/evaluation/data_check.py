"""What labelled data holds: labels, lengths, copies, contradictions, and what it shares."""

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
    """How long texts are, in one unit."""

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
        """The range, to show."""
        return f"{self.from_words} {f'to {self.to_words}' if self.to_words else 'or more'}"


@dataclass(frozen=True)
class Overlap:
    """Texts of a file that another one holds too.

    Attributes:
        file: The other file.
        texts: How many texts of this file are in the other one, but for case, punctuation and
            spaces.
        exact: How many of them are the same to the letter.
        other_shared: How many texts of the other file are in this one.
        other_texts: How many it has.
        rows: Where they are, in both.
    """

    file: str
    texts: int
    exact: int
    other_shared: int
    other_texts: int
    rows: list[SharedText]


@dataclass(frozen=True)
class DataCheck:
    """What one file holds.

    Attributes:
        file: Its name.
        texts: Rows that can be used.
        labels: How many of them have each label, the most frequent first.
        characters: Lengths in characters.
        words: Lengths in words.
        histogram: Texts by words.
        duplicates: Texts that came before in the file, to the letter.
        near_duplicates: The same but for case, punctuation and spaces, the exact ones among them.
        repeated: Such texts, each with all its rows.
        conflicts: Those of them whose rows have several labels.
        overlaps: What it shares with each other file.
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
        """The most frequent labels, and how many texts have any other: a column may be no label."""
        if len(self.labels) <= _SHOWN_LABELS:
            return self.labels
        shown = dict(list(self.labels.items())[:_SHOWN_LABELS])
        rest = len(self.labels) - _SHOWN_LABELS
        return {**shown, f"({rest:,} other labels)": self.texts - sum(shown.values())}


def count_bad_rows(rows: int) -> str:
    """Say how many rows cannot be used."""
    return "1 bad row" if rows == 1 else f"{rows:,} bad rows"


def join_first(parts: Sequence[object], most: int) -> str:
    """Join what is listed, but for what goes beyond ``most``."""
    more = ", ..." if len(parts) > most else ""
    return ", ".join(map(str, parts[:most])) + more


def check_data(index: TextIndex, others: Sequence[TextIndex] = ()) -> DataCheck:
    """Look a file over.

    Args:
        index: The file; it has a row or more.
        others: Files that it may share texts with.
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
