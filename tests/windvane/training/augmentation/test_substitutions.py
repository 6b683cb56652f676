"""Variants with other words in them, for teachers to label."""

from __future__ import annotations

import random
from pathlib import Path

from tests.windvane.training.labelled_sets import build_set
from windvane.training.augmentation.substitutions import (
    build_substitutions,
    find_neighbours,
    replace_words,
)
from windvane.training.base_model import load_base
from windvane.training.settings import TrainingSettings

LABELS = ["negative", "neutral", "positive"]
SIX_WORDS = "the train was on the table"


def test_replace_words_changes_one_word_in_five() -> None:
    chance = random.Random(1)  # noqa: S311 - no secret

    words = replace_words(
        "a good film with a good end today no", {"good": ["fine"]}, chance
    ).split()

    assert sorted(words).count("fine") == 2
    assert [word for word in words if word not in ("fine", "good")] == [
        "a", "film", "with", "a", "end", "today", "no",
    ]  # fmt: skip


def test_find_neighbours_never_gives_the_word_itself(tiny_base: Path) -> None:
    neighbours = find_neighbours(load_base(str(tiny_base), LABELS, 1))

    assert all(word not in nearest for word, nearest in neighbours.items())
    assert {len(nearest) for nearest in neighbours.values()} == {12}


def test_build_substitutions_varies_longer_texts_alone(tiny_base: Path) -> None:
    base = load_base(str(tiny_base), LABELS, 1)
    source = build_set([SIX_WORDS, "too short"], ["neutral", "negative"])

    [variants] = build_substitutions([source], base, TrainingSettings(substitutions=3))

    assert variants.labelled.labels == ["neutral"] * 3
    assert SIX_WORDS not in variants.labelled.texts
    assert not variants.use_labels


def test_build_substitutions_makes_none_unless_asked(tiny_base: Path) -> None:
    base = load_base(str(tiny_base), LABELS, 1)

    assert (
        build_substitutions([build_set([SIX_WORDS], ["neutral"])], base, TrainingSettings()) == []
    )
