"""Which texts are the same: to the letter, or but for case, width, punctuation and spaces."""

import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from windvane.rows.labelled_set import LabelledSet

_SPACE_LIKE = ("P", "Z", "C")
_MODIFIER_SYMBOL = "Sk"  # such as the ` that some corpora open quotes with
_NAMED_LINES = 10


class _Folding(dict[int, str]):
    """A table for `str.translate`, filled as characters turn up: what to read each one as."""

    def __missing__(self, code: int) -> str:
        character = chr(code)
        category = unicodedata.category(character)
        blank = category.startswith(_SPACE_LIKE) or category == _MODIFIER_SYMBOL
        self[code] = " " if blank else character
        return self[code]


_FOLDING = _Folding()


def normalise(text: str) -> str:
    """Fold what does not make a text another one: case, width, punctuation, spaces.

    Emoji and other symbols stay, as they say something, and so does a text of nothing but
    punctuation.
    """
    folded = unicodedata.normalize("NFKC", text).casefold()
    return " ".join(folded.translate(_FOLDING).split()) or folded.strip()


@dataclass(frozen=True, slots=True)
class SameText:
    """Rows of one file that hold the same text.

    Attributes:
        lines: Where they are.
        labels: The label of each.
        exact: Whether they are the same to the letter.
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
    """A row whose text another file holds too.

    Attributes:
        line: Where it is.
        other_lines: Where it is in the other file, at the first 10 places.
        exact: Whether it is there to the letter.
    """

    line: int
    other_lines: list[int]
    exact: bool


@dataclass(frozen=True)
class TextIndex:
    """The rows of a file, to be found by their text.

    Attributes:
        labelled: The rows.
        keys: The normalised text of each.
        rows_by_key: The places in ``labelled`` of the rows with a normalised text.
    """

    labelled: LabelledSet
    keys: Sequence[str]
    rows_by_key: Mapping[str, Sequence[int]]


def index_texts(labelled: LabelledSet) -> TextIndex:
    """Normalise the texts of a file once, for all comparisons."""
    keys = [normalise(text) for text in labelled.texts]
    rows_by_key: dict[str, list[int]] = {}
    for row, key in enumerate(keys):
        rows_by_key.setdefault(key, []).append(row)
    return TextIndex(labelled, keys, rows_by_key)


def find_same_texts(index: TextIndex) -> list[SameText]:
    """Find the texts that a file holds more than once, in the order of the file."""
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
    """Find the rows of a file whose text another one holds too, in the order of the file."""
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
    """Count the rows of the other file whose text is in this one."""
    return sum(len(rows) for key, rows in other.rows_by_key.items() if key in index.rows_by_key)
