"""Sentences from patterns: filled, labelled, and the same for the same seed."""

from __future__ import annotations

import random

import pytest

from windvane.training.augmentation.patterns import (
    PATTERN_FILES,
    build_pattern_sentences,
    fill,
    read_patterns,
)


@pytest.mark.parametrize("name", PATTERN_FILES)
def test_build_pattern_sentences_fills_every_slot(name: str) -> None:
    sentences = build_pattern_sentences(1, name)

    assert not [text for text in sentences.texts if "{" in text or "}" in text]
    assert set(sentences.labels) == {"negative", "neutral", "positive"}


def test_build_pattern_sentences_is_the_same_for_the_same_seed_only() -> None:
    first = build_pattern_sentences(1)

    assert build_pattern_sentences(1) == first
    assert build_pattern_sentences(2) != first


def test_a_pattern_may_ask_for_more_fillings_than_others() -> None:
    few, many = (
        len(build_pattern_sentences(1, name).texts)
        / sum(len(pattern["texts"]) for pattern in read_patterns(name)["pattern"])
        for name in ("situation_patterns.toml", "word_patterns.toml")
    )

    assert few <= 20
    assert many > 80


@pytest.mark.parametrize("name", PATTERN_FILES)
def test_no_sentence_of_a_file_has_two_labels(name: str) -> None:
    sentences = build_pattern_sentences(1, name)
    labels = dict(zip(sentences.texts, sentences.labels, strict=True))

    twice = [
        text
        for text, label in zip(sentences.texts, sentences.labels, strict=True)
        if labels[text] != label
    ]

    assert twice == []


@pytest.mark.parametrize("name", PATTERN_FILES[1:])
def test_read_patterns_gives_no_word_list_of_the_first_file_another_meaning(name: str) -> None:
    first = read_patterns(PATTERN_FILES[0])["words"]

    assert {key: read_patterns(name)["words"][key] for key in first} == first


def test_fill_uses_no_word_twice() -> None:
    words = {"day": ["Monday", "Friday"]}
    chance = random.Random(3)  # noqa: S311 - no secret

    filled = fill("{day} or {day}", words, chance)

    assert sorted(filled.split(" or ")) == ["Friday", "Monday"]
