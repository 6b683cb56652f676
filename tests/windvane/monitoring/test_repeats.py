"""The most frequent text, counted in bounded memory."""

import msgspec
import numpy as np

from tests.windvane.monitoring.observations import draw_observations
from windvane.monitoring.repeats import MOST_COUNTERS, Repeats


def test_repeats_counts_a_flood_among_many_texts() -> None:
    texts = draw_observations(20_000, 1)
    flood = [msgspec.structs.replace(texts[0], chars=1)] * 2_000
    mixed = texts + flood
    mixed = [mixed[i] for i in np.random.default_rng(1).permutation(len(mixed))]
    repeats = Repeats()

    for start in range(0, len(mixed), 500):
        repeats.add(mixed[start : start + 500])

    assert 2_000 - len(mixed) / MOST_COUNTERS <= repeats.most_frequent <= 2_000


def test_repeats_of_few_texts_are_exact_however_they_are_merged() -> None:
    texts = draw_observations(50, 2)
    first, second = Repeats(), Repeats()
    first.add([*texts, texts[3]])
    second.add([texts[3], texts[4]])

    first.merge(second)

    assert first.most_frequent == 3


def test_repeats_hold_no_more_counters_than_they_may() -> None:
    repeats = Repeats()

    for seed in range(4):
        repeats.add(draw_observations(MOST_COUNTERS, seed))

    assert len(repeats._counts) <= MOST_COUNTERS
