"""Misspelt variants of labelled texts."""

from __future__ import annotations

import random

import pytest

from tests.windvane.training.labelled_sets import build_set
from windvane.training.augmentation.typos import build_typos, misspell, misspell_word

TEXTS = ["The form is on page three.", "my parcel was terrible", "a lovely place"]
LABELS = ["neutral", "negative", "positive"]


def test_build_typos_changes_each_text_and_keeps_its_label() -> None:
    misspelt = build_typos(build_set(TEXTS, LABELS), seed=1, max_texts=10).labelled

    assert sorted(misspelt.labels) == sorted(LABELS)
    assert not set(misspelt.texts) & set(TEXTS)


def test_build_typos_is_the_same_for_the_same_seed_only() -> None:
    source = build_set(TEXTS, LABELS)

    first = build_typos(source, seed=1, max_texts=10)

    assert build_typos(source, seed=1, max_texts=10) == first
    assert build_typos(source, seed=2, max_texts=10) != first


def test_build_typos_leaves_teachers_no_say() -> None:
    assert not build_typos(build_set(TEXTS, LABELS), seed=1, max_texts=10).use_teachers


def test_build_typos_takes_short_texts_up_to_the_limit() -> None:
    source = build_set(["word " * 60, "a word", "another word"], ["negative"] + ["positive"] * 2)

    assert build_typos(source, seed=1, max_texts=1).labelled.labels == ["positive"]


def test_misspell_changes_a_decisive_word_more_often_than_another() -> None:
    chance = random.Random(1)  # noqa: S311 - no secret

    variants = [misspell("horrible curtains", chance) for _ in range(200)]

    assert sum("horrible" not in text for text in variants) > 150
    assert sum("curtains" in text for text in variants) > 150


def test_misspell_leaves_a_text_without_words_alone() -> None:
    assert misspell("10/10 :)", random.Random(1)) == "10/10 :)"  # noqa: S311 - no secret


@pytest.mark.parametrize("word", ["don't", "Great", "BAD", "exquisite", "hmm"])
def test_misspell_word_changes_it_and_keeps_its_capitals(word: str) -> None:
    chance = random.Random(2)  # noqa: S311 - no secret

    variants = [misspell_word(word, chance) for _ in range(50)]

    assert word not in variants
    assert all(variant[0].isupper() == word[0].isupper() for variant in variants)
