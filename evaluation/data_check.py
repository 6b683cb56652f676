"""What labelled data holds: labels, lengths, copies, contradictions, and what it shares."""

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from evaluation.labelled_set import LabelledSet

_NO_WORD = re.compile(r"[\W_]+")
_LENGTH_BOUNDS = (0, 5, 10, 20, 40, 80, 160, 320)
"""Lower bounds of the histogram's ranges, in words."""


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


@dataclass(frozen=True)
class Overlap:
    """Texts of a file that another one holds too.

    Attributes:
        file: The other file.
        exact: How many texts are the same to the letter.
        normalised: How many are the same but for case, punctuation and spaces, the exact ones
            among them.
        lines: Where the first of them are in this file.
    """

    file: str
    exact: int
    normalised: int
    lines: list[int]


@dataclass(frozen=True)
class DataCheck:
    """What one file holds.

    Attributes:
        file: Its name.
        texts: Rows that can be used.
        labels: How many of them have each label.
        characters: Lengths in characters.
        words: Lengths in words.
        histogram: Texts by words.
        duplicates: Texts that came before in the file, to the letter.
        near_duplicates: The same but for case, punctuation and spaces, the exact ones among them.
        conflicts: Groups of such texts that have several labels.
        conflict_lines: Where the first of these groups are; a list of lines each.
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
    conflicts: int
    conflict_lines: list[list[int]]
    overlaps: list[Overlap]


def check_data(
    labelled: LabelledSet, others: Sequence[LabelledSet] = (), *, shown: int = 5
) -> DataCheck:
    """Look a file over.

    Args:
        labelled: The file.
        others: Files that it may share texts with.
        shown: How many conflicts and overlaps to name the lines of.
    """
    normalised = [normalise(text) for text in labelled.texts]
    words = np.array([len(text.split()) for text in labelled.texts])
    conflicts = _find_conflicts(labelled, normalised)
    return DataCheck(
        file=labelled.name,
        texts=len(labelled.texts),
        labels=dict(labelled.count_labels().most_common()),
        characters=_measure([len(text) for text in labelled.texts]),
        words=_measure(words),
        histogram=_count_ranges(words),
        duplicates=_count_repeats(labelled.texts),
        near_duplicates=_count_repeats(normalised),
        conflicts=len(conflicts),
        conflict_lines=conflicts[:shown],
        overlaps=[_find_overlap(labelled, normalised, other, shown) for other in others],
    )


def normalise(text: str) -> str:
    """Fold what does not make a text another one: case, width, punctuation, spaces.

    A text without letters or digits, such as an emoji, stands for itself.
    """
    folded = unicodedata.normalize("NFKC", text).casefold()
    return _NO_WORD.sub(" ", folded).strip() or folded.strip()


def _measure(lengths: Sequence[int] | np.ndarray) -> Lengths:
    median, p95 = np.percentile(lengths, [50, 95])
    return Lengths(float(median), float(p95), int(max(lengths)))


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


def _count_repeats(texts: Iterable[str]) -> int:
    counts = Counter(texts)
    return counts.total() - len(counts)


def _find_conflicts(labelled: LabelledSet, normalised: Sequence[str]) -> list[list[int]]:
    labels_of: dict[str, set[str]] = {}
    for key, label in zip(normalised, labelled.labels, strict=True):
        labels_of.setdefault(key, set()).add(label)
    lines_of: dict[str, list[int]] = {}
    for key, line in zip(normalised, labelled.lines, strict=True):
        if len(labels_of[key]) > 1:
            lines_of.setdefault(key, []).append(line)
    return list(lines_of.values())


def _find_overlap(
    labelled: LabelledSet, normalised: Sequence[str], other: LabelledSet, shown: int
) -> Overlap:
    exact, near = set(other.texts), {normalise(text) for text in other.texts}
    rows = zip(labelled.lines, normalised, strict=True)
    lines = [line for line, key in rows if key in near]
    return Overlap(
        file=other.name,
        exact=sum(text in exact for text in labelled.texts),
        normalised=len(lines),
        lines=lines[:shown],
    )
