"""Shared by the bare runtimes: tokenizer, labels, and batches of texts of similar length."""

import json
import shutil
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from tokenizers import Encoding, Tokenizer

from benchmarks.peers.protocol import MAX_TOKENS, Setting


def copy_tokenizer(checkpoint: Path, folder: Path) -> None:
    """Copy a checkpoint's tokenizer and config into the folder of a model made from it."""
    for name in ("tokenizer.json", "config.json"):
        shutil.copyfile(checkpoint / name, folder / name)


def read_labels(folder: Path) -> list[str]:
    """Read the label names, in the order of the logits' columns."""
    id2label = json.loads((folder / "config.json").read_text(encoding="utf-8"))["id2label"]
    return [id2label[str(i)] for i in range(len(id2label))]


class BatchEncoder:
    """Encodes texts with the ``tokenizers`` library, padded to the longest of the batch."""

    def __init__(self, folder: Path) -> None:
        self._tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
        self._tokenizer.enable_truncation(MAX_TOKENS)

    def encode_ids(self, texts: Sequence[str]) -> list[list[int]]:
        """Encode without padding."""
        return [encoding.ids for encoding in self._encode(texts)]

    def encode(self, texts: Sequence[str]) -> dict[str, NDArray[np.int64]]:
        """Encode to ``input_ids``, ``attention_mask`` and ``token_type_ids``.

        Returns:
            int64 arrays, shape (batch, longest).
        """
        rows = self.encode_ids(texts)
        input_ids = np.zeros((len(rows), max(map(len, rows))), dtype=np.int64)
        attention_mask = np.zeros_like(input_ids)
        for i, row in enumerate(rows):
            input_ids[i, : len(row)] = row
            attention_mask[i, : len(row)] = 1
        return {
            "input_ids": input_ids,
            "attention_mask": attention_mask,
            "token_type_ids": np.zeros_like(input_ids),
        }

    def _encode(self, texts: Sequence[str]) -> list[Encoding]:
        if len(texts) == 1:
            return [self._tokenizer.encode(texts[0])]
        encodings: list[Encoding] = self._tokenizer.encode_batch_fast(list(texts))
        return encodings


def iter_batches(texts: Sequence[str], batch_size: int) -> Iterator[list[int]]:
    """Batch texts from the longest to the shortest, so that a batch needs little padding.

    Yields:
        The indices of the texts of one batch.
    """
    order = sorted(range(len(texts)), key=lambda i: -len(texts[i]))
    for start in range(0, len(order), batch_size):
        yield order[start : start + batch_size]


class BatchedPeer:
    """A peer made of a function that labels one batch; several workers call it at once."""

    def __init__(
        self, classify_batch: Callable[[Sequence[str]], list[str]], setting: Setting
    ) -> None:
        self._classify_batch = classify_batch
        self._batch_size = setting.batch_size
        # One more than runs at once: it encodes the next batch meanwhile.
        feeders = setting.workers + 1 if setting.workers > 1 else 1
        self._pool = ThreadPoolExecutor(feeders)

    def classify(self, texts: Sequence[str]) -> list[str]:
        """Return the label of each text, in order."""
        if len(texts) == 1:
            return self._classify_batch(texts)
        batches = list(iter_batches(texts, self._batch_size))
        batch_labels = self._pool.map(
            lambda batch: self._classify_batch([texts[i] for i in batch]), batches
        )
        labels = [""] * len(texts)
        for batch, its_labels in zip(batches, batch_labels, strict=True):
            for i, label in zip(batch, its_labels, strict=True):
                labels[i] = label
        return labels
