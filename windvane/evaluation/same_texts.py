"""Finds identical texts, and texts that differ in case, width, punctuation or spaces only."""

import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from windvane.rows.labelled_set import LabelledSet

_SPACE_LIKE = ("P", "Z", "C")
_MODIFIER_SYMBOL = "Sk"  # such as the ` that some corpora open quotes with
_NAMED_LINES = 10


class _Folding(dict[int, str]):
    """A table for `str.translate` that is filled on demand."""

    def __missing__(self, code: int) -> str:
        character = chr(code)
        category = unicodedata.category(character)
        blank = category.startswith(_SPACE_LIKE) or category == _MODIFIER_SYMBOL
        self[code] = " " if blank else character
        return self[code]


_FOLDING = _Folding()


def normalise(text: str) -> str:
    """Remove differences in case, width, punctuation and spaces.

    Emoji and other symbols stay, because they carry meaning; so does a text of punctuation alone.
    """
    folded = unicodedata.normalize("NFKC", text).casefold()
    return " ".join(folded.translate(_FOLDING).split()) or folded.strip()


@dataclass(frozen=True, slots=True)
class SameText:
    """Rows of one file with the same normalised text.

    Attributes:
        lines: Their lines.
        labels: Their labels.
        exact: Whether the texts are identical.
    """

    lines: list[int]
    labels: list[str]
    exact: bool

    @property
    def is_conflict(self) -> bool:
        """Whether the labels differ."""
        return len(set(self.labels)) > 1


@dataclass(frozen=True, slots=True)
class SharedText:
    """A row whose normalised text is in another file too.

    Attributes:
        line: Its line.
        other_lines: The first 10 lines of the text in the other file.
        exact: Whether an identical text is in the other file.
    """

    line: int
    other_lines: list[int]
    exact: bool


@dataclass(frozen=True)
class TextIndex:
    """The rows of a file, indexed by normalised text.

    Attributes:
        labelled: The rows.
        keys: The normalised text of each.
        rows_by_key: Indices into ``labelled`` by normalised text.
    """

    labelled: LabelledSet
    keys: Sequence[str]
    rows_by_key: Mapping[str, Sequence[int]]


def index_texts(labelled: LabelledSet) -> TextIndex:
    """Normalise the texts of a file, once for all comparisons."""
    keys = [normalise(text) for text in labelled.texts]
    rows_by_key: dict[str, list[int]] = {}
    for row, key in enumerate(keys):
        rows_by_key.setdefault(key, []).append(row)
    return TextIndex(labelled, keys, rows_by_key)


def find_same_texts(index: TextIndex) -> list[SameText]:
    """Find the texts that occur more than once, in the order of the file."""
    labelled = index.labelled
    return [
        SameText(
            lines=[labelled.lines[row] for row in rows],
            labels=[labelled.labels[row] for row in rows],
            exact=len({labelled.texts[row] for row in rows}) == 1,
        )
        for rows in index.rows_by_key.values()
        if len(rows) > 1
    ]


def find_shared_texts(index: TextIndex, other: TextIndex) -> list[SharedText]:
    """Find the rows whose text is in another file too, in the order of the file."""
    texts, other_texts = index.labelled.texts, other.labelled.texts
    shared = []
    for key, rows in index.rows_by_key.items():
        if other_rows := other.rows_by_key.get(key):
            others = {other_texts[row] for row in other_rows}
            other_lines = [other.labelled.lines[row] for row in other_rows[:_NAMED_LINES]]
            shared += [
                SharedText(index.labelled.lines[row], other_lines, texts[row] in others)
                for row in rows
            ]
    return sorted(shared, key=lambda each: each.line)


def count_shared_texts(index: TextIndex, other: TextIndex) -> int:
    """Count the rows of ``other`` whose text is in ``index``."""
    return sum(len(rows) for key, rows in other.rows_by_key.items() if key in index.rows_by_key)
