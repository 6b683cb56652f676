"""The texts have the lengths that the notes claim."""

from itertools import pairwise
from pathlib import Path

import pytest
from tokenizers import Tokenizer

from benchmarks.peers.protocol import MAX_TOKENS
from benchmarks.texts import (
    LONGEST_WORDS,
    MIXED_COUNT,
    SHORT_TEXTS,
    SHORTEST_WORDS,
    build_mixed_texts,
)


@pytest.fixture(scope="module")
def tokenizer(shipped_bundle: Path) -> Tokenizer:
    tokenizer = Tokenizer.from_file(str(shipped_bundle / "tokenizer.json"))
    tokenizer.no_truncation()
    return tokenizer


def count_words(text: str) -> int:
    return len(text.split())


def test_mixed_texts_have_the_claimed_lengths() -> None:
    texts = build_mixed_texts()

    lengths = sorted(map(count_words, texts))
    assert len(texts) == MIXED_COUNT == 256
    assert lengths[0] == SHORTEST_WORDS
    assert LONGEST_WORDS - 10 < lengths[-1] <= LONGEST_WORDS
    assert 20 < lengths[MIXED_COUNT // 2] < 25


def test_mixed_texts_come_in_no_order_of_length() -> None:
    lengths = list(map(count_words, build_mixed_texts()))

    longer_than_before = sum(b > a for a, b in pairwise(lengths))

    assert 0.3 < longer_than_before / len(lengths) < 0.7


def test_mixed_texts_are_the_same_at_every_call() -> None:
    texts = build_mixed_texts()

    build_mixed_texts.cache_clear()

    assert build_mixed_texts() == texts


def test_mixed_texts_are_never_cut(tokenizer: Tokenizer) -> None:
    encodings = tokenizer.encode_batch(list(build_mixed_texts()))

    assert max(len(encoding.ids) for encoding in encodings) <= MAX_TOKENS


@pytest.mark.parametrize("text", SHORT_TEXTS)
def test_short_text_has_about_20_tokens(tokenizer: Tokenizer, text: str) -> None:
    tokens = len(tokenizer.encode(text).ids)

    assert 18 <= tokens <= 22
