"""Batches of an epoch: each file by its weight, texts of similar length together."""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray

from windvane.training.examples import Examples

_POOL_BATCHES = 40
"""Texts are sorted by length within this many batches: little padding, yet a random mix."""


@dataclass(frozen=True)
class Batch:
    """Texts padded to the longest of them.

    Attributes:
        input_ids: int64, shape (batch, seq_len).
        attention_mask: int64, the same shape.
        targets: float32, shape (batch, num_labels).
        label_mask: bool, the same shape: the labels that a text's file distinguishes.
        weights: float32, shape (batch,): weight of each text's loss.
    """

    input_ids: torch.Tensor
    attention_mask: torch.Tensor
    targets: torch.Tensor
    label_mask: torch.Tensor
    weights: torch.Tensor


class Batches:
    """The batches of each epoch, which depend on the seed alone."""

    def __init__(
        self,
        sources: Sequence[Examples],
        *,
        batch_texts: int,
        max_tokens: int,
        pad_id: int,
        seed: int,
    ) -> None:
        self._sources = sources
        self._batch_texts = batch_texts
        self._max_tokens = max_tokens
        self._pad_id = pad_id
        self._seed = seed

    @property
    def per_epoch(self) -> int:
        """Number of batches in an epoch."""
        texts = sum(_count_reads(source) for source in self._sources)
        return math.ceil(texts / self._batch_texts)

    def epoch(self, number: int, *, skip: int = 0) -> Iterator[Batch]:
        """Yield the batches of an epoch.

        Args:
            number: Number of the epoch, from 0.
            skip: Batches to leave out at the beginning, when a run continues.
        """
        random = np.random.default_rng((self._seed, number))
        order = [
            (source, int(i))
            for source in self._sources
            for i in _draw(len(source), _count_reads(source), random)
        ]
        drawn = [order[i] for i in random.permutation(len(order))]
        rows = list(self._group_by_length(drawn, random))
        for batch in rows[skip:]:
            yield self._collate(batch, number)

    def _group_by_length(
        self, drawn: list[tuple[Examples, int]], random: np.random.Generator
    ) -> Iterator[list[tuple[Examples, int]]]:
        size, pool_size = self._batch_texts, self._batch_texts * _POOL_BATCHES
        for start in range(0, len(drawn), pool_size):
            pool = sorted(
                drawn[start : start + pool_size], key=lambda each: len(each[0].input_ids[each[1]])
            )
            batches = [pool[i : i + size] for i in range(0, len(pool), size)]
            yield from (batches[i] for i in random.permutation(len(batches)))

    def _collate(self, rows: list[tuple[Examples, int]], epoch: int) -> Batch:
        windows = [
            cut_window(source.input_ids[i], self._max_tokens, epoch + i) for source, i in rows
        ]
        input_ids, attention_mask = pad(windows, self._pad_id)
        return Batch(
            input_ids,
            attention_mask,
            torch.from_numpy(np.stack([source.targets[i] for source, i in rows])),
            torch.from_numpy(np.stack([source.label_mask for source, _ in rows])),
            torch.from_numpy(np.array([source.weights[i] for source, i in rows])),
        )


def cut_window(input_ids: NDArray[np.int32], max_tokens: int, turn: int) -> NDArray[np.int32]:
    """Cut a window out of a text that is too long; each turn gives the next window.

    Args:
        input_ids: int32, shape (seq_len,); begins and ends with a special token.
        max_tokens: Longest window, special tokens included.
        turn: Number of the window, modulo the count of windows.
    """
    if len(input_ids) <= max_tokens:
        return input_ids
    body, room = input_ids[1:-1], max_tokens - 2
    windows = math.ceil(len(body) / room)
    start = round(turn % windows * (len(body) - room) / (windows - 1))
    return np.concatenate([input_ids[:1], body[start : start + room], input_ids[-1:]])


def group_by_length(input_ids: Sequence[NDArray[np.int32]], size: int) -> list[list[int]]:
    """Group texts of similar length: indices of at most ``size`` texts each, the shortest first."""
    order = sorted(range(len(input_ids)), key=lambda i: len(input_ids[i]))
    return [order[i : i + size] for i in range(0, len(order), size)]


def pad(windows: Sequence[NDArray[np.int32]], pad_id: int) -> tuple[torch.Tensor, torch.Tensor]:
    """Pad to the longest window; returns input_ids and attention_mask, int64 (batch, seq_len)."""
    longest = max(map(len, windows))
    input_ids = np.full((len(windows), longest), pad_id, dtype=np.int64)
    attention_mask = np.zeros_like(input_ids)
    for row, window in enumerate(windows):
        input_ids[row, : len(window)] = window
        attention_mask[row, : len(window)] = 1
    return torch.from_numpy(input_ids), torch.from_numpy(attention_mask)


def _count_reads(source: Examples) -> int:
    return max(1, round(len(source) * source.passes))


def _draw(texts: int, reads: int, random: np.random.Generator) -> NDArray[np.int64]:
    """Draw ``reads`` texts; the counts of any two differ by one at most."""
    whole, rest = divmod(reads, texts)
    return np.concatenate([np.tile(np.arange(texts), whole), random.permutation(texts)[:rest]])
