"""Labelled texts, as training learns from them and evaluation measures on them."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

_LONGEST_LABEL = 40


def show_label(label: str) -> str:
    """Write a label down; one so long that it may be a text is not repeated."""
    return label if len(label) <= _LONGEST_LABEL else f"({len(label):,} characters)"


@dataclass(frozen=True)
class LabelledSet:
    """The usable rows of one file.

    Attributes:
        name: The file's name, to show; its folders are in it where names alone could be the same.
        sha256: Hash of the file's bytes, in hexadecimal.
        texts: The texts, in the order of the file.
        labels: The true label of each, by its name in the model.
        lines: 1-based line of the file where each row starts.
        ignored: Labels that the file does not tell apart from the others: a prediction must not be
            one of them, and training learns nothing about them.
        weight: How often training reads the file in an epoch: 0.5 is half of its rows, 2 is twice.
        use_teachers: Whether teachers contribute to what training learns of the texts.
    """

    name: str
    sha256: str
    texts: Sequence[str]
    labels: Sequence[str]
    lines: Sequence[int]
    ignored: tuple[str, ...] = ()
    weight: float = 1.0
    use_teachers: bool = True

    def count_labels(self) -> Counter[str]:
        """Count the texts by label."""
        return Counter(self.labels)
