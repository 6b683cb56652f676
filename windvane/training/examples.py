"""Labelled texts as a model reads them: token ids, and a target distribution each."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from transformers import PreTrainedTokenizerFast

from windvane.rows.labelled_set import LabelledSet


@dataclass(frozen=True)
class Examples:
    """Texts of one file to learn from or to measure on.

    Attributes:
        name: The file's name.
        input_ids: int32 token ids of each text, special tokens included, not cut.
        targets: float32, shape (texts, num_labels): the probability of each label.
        choice: bool, shape (num_labels,): the labels that the file tells apart.
        importance: float32, shape (texts,): how much each counts; 1 on average.
        reads: How often an epoch reads the file; may be broken.
    """

    name: str
    input_ids: Sequence[NDArray[np.int32]]
    targets: NDArray[np.float32]
    choice: NDArray[np.bool_]
    importance: NDArray[np.float32]
    reads: float = 1.0

    def __len__(self) -> int:
        return len(self.input_ids)


def encode_texts(
    tokenizer: PreTrainedTokenizerFast, texts: Sequence[str]
) -> list[NDArray[np.int32]]:
    """Encode texts without cutting them."""
    encoded = tokenizer.backend_tokenizer.encode_batch(list(texts))
    return [np.array(each.ids, dtype=np.int32) for each in encoded]


def build_targets(
    labelled: LabelledSet, labels: Sequence[str], smoothing: float
) -> NDArray[np.float32]:
    """Turn the labels of a file into target distributions.

    Args:
        labelled: The file; each of its labels is among ``labels``.
        labels: Names in the order of the model's logits.
        smoothing: Part of the probability that is spread over the labels that the file tells apart.

    Returns:
        float32, shape (texts, num_labels).
    """
    index = {label: i for i, label in enumerate(labels)}
    columns = [index[label] for label in labelled.labels]
    targets = np.eye(len(labels), dtype=np.float32)[columns]
    choice = find_choice(labelled, labels)
    smoothed = (1 - smoothing) * targets + smoothing * choice / choice.sum()
    return np.asarray(smoothed, dtype=np.float32)


def find_choice(labelled: LabelledSet, labels: Sequence[str]) -> NDArray[np.bool_]:
    """Find the labels that a file tells apart: bool, shape (num_labels,)."""
    return np.array([label not in labelled.ignored for label in labels])


def weigh_texts(labels: Sequence[str], balance: float) -> NDArray[np.float32]:
    """Weigh each text by its label's ``frequency ** -balance``, so that the mean weight is 1."""
    _, columns, counts = np.unique(labels, return_inverse=True, return_counts=True)
    weights = counts.astype(np.float64) ** -balance
    return (weights / np.mean(weights[columns]))[columns].astype(np.float32)
