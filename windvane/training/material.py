"""What a model learns from: labelled texts, and how the teachers' answers count for them."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from windvane.rows.labelled_set import LabelledSet


@dataclass(frozen=True)
class Material:
    """A file of the person's, or sentences of our own.

    Attributes:
        texts: The texts with their labels.
        taught: Whether the teachers' answers count; not where the labels are beyond doubt.
        labelled: Whether the labels count; not where a text was changed in what it says.
        groups: int64, shape (texts,): texts of one number differ in nothing that may matter, and
            all get the mean of their targets; None where each stands for itself.
    """

    texts: LabelledSet
    taught: bool = True
    labelled: bool = True
    groups: NDArray[np.int64] | None = None

    def level(self, targets: NDArray[np.float32]) -> NDArray[np.float32]:
        """Give the texts of each group the mean of their targets, shape (texts, num_labels)."""
        if self.groups is None:
            return targets
        sums = np.zeros((self.groups.max() + 1, targets.shape[1]), dtype=np.float64)
        np.add.at(sums, self.groups, targets)
        means = sums / np.bincount(self.groups)[:, None]
        return means[self.groups].astype(np.float32)
