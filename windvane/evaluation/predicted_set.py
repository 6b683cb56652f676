"""A labelled set and a model's predictions for it."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from windvane.evaluation.calibration import to_probabilities
from windvane.rows.labelled_set import LabelledSet


@dataclass(frozen=True)
class PredictedSet:
    """The predictions for one file, over the labels to choose from.

    Attributes:
        labelled: The file.
        labels: The labels to choose from: the model's without those that the file ignores.
        logits: float64, shape (texts, num_labels), in the order of ``labels``.
        temperature: Divides the logits when the model serves.
        tokens: int64, shape (texts,): the length of each text as the model reads it.
    """

    labelled: LabelledSet
    labels: tuple[str, ...]
    logits: NDArray[np.float64]
    temperature: float
    tokens: NDArray[np.int64]

    @cached_property
    def truths(self) -> NDArray[np.int64]:
        """Column of each text's true label."""
        return np.array([self.labels.index(label) for label in self.labelled.labels])

    @cached_property
    def probabilities(self) -> NDArray[np.float64]:
        """Calibrated probabilities, shape (texts, num_labels)."""
        return to_probabilities(self.logits, self.temperature)

    @cached_property
    def predictions(self) -> NDArray[np.int64]:
        """Column of each text's likeliest label."""
        return np.asarray(self.logits.argmax(axis=1), dtype=np.int64)

    @cached_property
    def confidences(self) -> NDArray[np.float64]:
        """Probability of each text's likeliest label."""
        return np.asarray(self.probabilities.max(axis=1), dtype=np.float64)

    @cached_property
    def right(self) -> NDArray[np.bool_]:
        """Whether each text's likeliest label is the true one."""
        return np.asarray(self.predictions == self.truths)

    def in_order_of(self, labels: Sequence[str]) -> "PredictedSet":
        """Reorder the columns by ``labels``, a permutation of its own labels."""
        columns = [self.labels.index(label) for label in labels]
        return replace(self, labels=tuple(labels), logits=self.logits[:, columns])


def choose_labels(
    labels: Sequence[str], ignored: Sequence[str]
) -> tuple[list[int], tuple[str, ...]]:
    """Leave out the ignored labels; return the remaining columns and their names."""
    columns = [i for i, label in enumerate(labels) if label not in ignored]
    return columns, tuple(labels[i] for i in columns)
