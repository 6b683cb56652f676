"""Labelled texts as token ids and target distributions."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from transformers import PreTrainedTokenizerFast

from windvane.rows.labelled_set import LabelledSet


@dataclass(frozen=True)
class Examples:
    """Encoded texts of one file.

    Attributes:
        name: The file's name.
        input_ids: int32 token ids of each text with special tokens, not truncated.
        targets: float32, shape (texts, num_labels): the probability of each label.
        label_mask: bool, shape (num_labels,): the labels that the file distinguishes.
        weights: float32, shape (texts,): weight of each text's loss; the mean is 1.
        passes: Passes over the file in an epoch, possibly a fraction.
    """

    name: str
    input_ids: Sequence[NDArray[np.int32]]
    targets: NDArray[np.float32]
    label_mask: NDArray[np.bool_]
    weights: NDArray[np.float32]
    passes: float = 1.0

    def __len__(self) -> int:
        return len(self.input_ids)


def encode_texts(
    tokenizer: PreTrainedTokenizerFast, texts: Sequence[str]
) -> list[NDArray[np.int32]]:
    """Encode texts without padding and truncation, which the tokenizer is left without."""
    tokenizer.backend_tokenizer.no_padding()
    tokenizer.backend_tokenizer.no_truncation()
    encoded = tokenizer.backend_tokenizer.encode_batch(list(texts))
    return [np.array(each.ids, dtype=np.int32) for each in encoded]


def build_targets(
    labelled: LabelledSet, labels: Sequence[str], smoothing: float
) -> NDArray[np.float32]:
    """Turn the labels of a file into target distributions.

    Args:
        labelled: The file; each of its labels is among ``labels``.
        labels: Names in the order of the model's logits.
        smoothing: Share of the probability that is spread over the labels of the mask.

    Returns:
        float32, shape (texts, num_labels).
    """
    index = {label: i for i, label in enumerate(labels)}
    columns = [index[label] for label in labelled.labels]
    targets = np.eye(len(labels), dtype=np.float32)[columns]
    mask = build_label_mask(labelled, labels)
    smoothed = (1 - smoothing) * targets + smoothing * mask / mask.sum()
    return np.asarray(smoothed, dtype=np.float32)


def build_label_mask(labelled: LabelledSet, labels: Sequence[str]) -> NDArray[np.bool_]:
    """Mark the labels that a file distinguishes: bool, shape (num_labels,)."""
    return np.array([label not in labelled.ignored for label in labels])


def weigh_texts(labels: Sequence[str], balance: float) -> NDArray[np.float32]:
    """Weigh each text by its label's ``frequency ** -balance``, so that the mean weight is 1."""
    _, columns, counts = np.unique(labels, return_inverse=True, return_counts=True)
    weights = counts.astype(np.float64) ** -balance
    return (weights / np.mean(weights[columns]))[columns].astype(np.float32)
