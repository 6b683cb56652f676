"""Texts drawn from frequency lists."""

from collections import Counter

import numpy as np

from benchmarks.other_languages import BORROWED_SHARE, Words, draw_texts

ITALIAN = Words({"che": 0.03, "non": 0.02, "cosa": 0.01})
ENGLISH = Words({"the": 0.05})


def test_texts_have_words_by_frequency_and_some_english() -> None:
    texts = list(draw_texts(ITALIAN, ENGLISH, 500, np.random.default_rng(1)))

    counts = Counter(word for text in texts for word in text)
    assert len(texts) == 500
    assert all(3 <= len(text) <= 40 for text in texts)
    assert counts["che"] > counts["non"] > counts["cosa"] > 0
    assert abs(counts["the"] / counts.total() - BORROWED_SHARE) < 0.02


def test_texts_are_the_same_each_time() -> None:
    first, second = (
        list(draw_texts(ITALIAN, ENGLISH, 5, np.random.default_rng(1))) for _ in range(2)
    )

    assert first == second
