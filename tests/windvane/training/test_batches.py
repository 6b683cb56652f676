"""Batches: every text is read as often as it should be, in an order that the seed decides."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

import numpy as np
import pytest

from windvane.training.batches import Batch, Batches, cut_window, pad
from windvane.training.examples import Examples

PAD = 0


def build_source(texts: int, *, first: int, passes: float = 1.0) -> Examples:
    """Texts of which each consists of a number of its own, longer and longer."""
    return Examples(
        "numbers",
        [np.full(3 + i % 5, first + i, dtype=np.int32) for i in range(texts)],
        np.tile(np.array([[1.0, 0.0]], dtype=np.float32), (texts, 1)),
        np.array([True, True]),
        np.ones(texts, dtype=np.float32),
        passes,
    )


def build_batches(*sources: Examples, seed: int = 1) -> Batches:
    return Batches(sources, batch_texts=4, max_tokens=16, pad_id=PAD, seed=seed)


def numbers(batches: Iterable[Batch]) -> list[int]:
    return [int(row[0]) for batch in batches for row in batch.input_ids]


def test_epoch_reads_every_text_once() -> None:
    batches = build_batches(build_source(10, first=1), build_source(7, first=100))

    read = Counter(numbers(batches.epoch(0)))

    assert read == Counter([*range(1, 11), *range(100, 107)])


def test_epoch_reads_a_source_as_often_as_its_weight_says() -> None:
    batches = build_batches(
        build_source(10, first=1, passes=0.5), build_source(4, first=100, passes=2.5)
    )

    read = Counter(numbers(batches.epoch(0)))

    assert sum(read[i] for i in range(1, 11)) == 5
    assert sorted(read[i] for i in range(100, 104)) == [2, 2, 3, 3]
    assert batches.per_epoch == 4


def test_epoch_is_the_same_for_the_same_seed_only() -> None:
    source = build_source(40, first=1)

    first = numbers(build_batches(source, seed=1).epoch(0))

    assert numbers(build_batches(source, seed=1).epoch(0)) == first
    assert numbers(build_batches(source, seed=2).epoch(0)) != first
    assert numbers(build_batches(source, seed=1).epoch(1)) != first


def test_epoch_continues_after_the_skipped_batches() -> None:
    batches = build_batches(build_source(30, first=1))

    whole = numbers(batches.epoch(3))

    assert numbers(batches.epoch(3, skip=2)) == whole[8:]


def test_pad_fills_up_to_the_longest() -> None:
    input_ids, attention_mask = pad([np.array([5, 6], np.int32), np.array([7], np.int32)], PAD)

    assert input_ids.tolist() == [[5, 6], [7, PAD]]
    assert attention_mask.tolist() == [[1, 1], [1, 0]]


@pytest.mark.parametrize("turn", [0, 1, 2, 3])
def test_cut_window_keeps_the_special_tokens_at_both_ends(turn: int) -> None:
    text = np.array([101, *range(1, 21), 102], dtype=np.int32)

    window = cut_window(text, 10, turn).tolist()

    assert (len(window), window[0], window[-1]) == (10, 101, 102)
    assert window[1:-1] == list(range(window[1], window[1] + 8))


def test_cut_window_reads_all_of_a_long_text_in_turn() -> None:
    text = np.array([101, *range(1, 21), 102], dtype=np.int32)

    read = {token for turn in range(3) for token in cut_window(text, 10, turn)[1:-1].tolist()}

    assert read == set(range(1, 21))


def test_cut_window_leaves_a_short_text_alone() -> None:
    text = np.array([101, 5, 102], dtype=np.int32)

    assert cut_window(text, 3, 7) is text
