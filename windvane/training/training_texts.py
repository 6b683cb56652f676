"""Texts to learn from, and how their targets are made of labels and teacher probabilities."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from windvane.rows.labelled_set import LabelledSet


@dataclass(frozen=True)
class TrainingTexts:
    """A labelled file, or generated sentences.

    Attributes:
        labelled: The texts with their labels.
        use_teachers: Whether teachers contribute to the targets; not where the labels are certain.
        use_labels: Whether labels contribute to the targets; not where a text's meaning changed.
        groups: int64, shape (texts,): texts with the same number differ only in details that must
            not matter, and share the mean of their targets; None if there are no such groups.
    """

    labelled: LabelledSet
    use_teachers: bool = True
    use_labels: bool = True
    groups: NDArray[np.int64] | None = None

    def average_groups(self, targets: NDArray[np.float32]) -> NDArray[np.float32]:
        """Give the texts of each group the mean of their targets, shape (texts, num_labels)."""
        if self.groups is None:
            return targets
        sums = np.zeros((self.groups.max() + 1, targets.shape[1]), dtype=np.float64)
        np.add.at(sums, self.groups, targets)
        means = sums / np.bincount(self.groups)[:, None]
        return means[self.groups].astype(np.float32)
