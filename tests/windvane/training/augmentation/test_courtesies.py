"""Texts with a courtesy around them."""

from __future__ import annotations

import random

from tests.windvane.training.labelled_sets import build_set
from windvane.training.augmentation.courtesies import (
    Courtesies,
    add_courtesies,
    build_courtesies,
    read_courtesies,
)

TEXTS = ["The form is on page 3", "my parcel never came", "Lovely!"]
LABELS = ["neutral", "negative", "positive"]


def test_build_courtesies_keeps_the_text_and_its_label() -> None:
    polite = build_courtesies(build_set(TEXTS, LABELS), seed=1)

    label_of = {text.casefold(): label for text, label in zip(TEXTS, LABELS, strict=True)}
    found = {
        text: label
        for text, label in label_of.items()
        for variant, given in zip(polite.labelled.texts, polite.labelled.labels, strict=True)
        if text in variant.casefold() and variant.casefold() != text and given == label
    }
    assert found == label_of


def test_build_courtesies_leaves_teachers_no_say() -> None:
    assert not build_courtesies(build_set(TEXTS, LABELS), seed=1).use_teachers


def test_build_courtesies_leaves_out_long_texts() -> None:
    long = "word " * 100

    polite = build_courtesies(build_set([long, "short"], ["negative", "positive"]), seed=1)

    assert polite.labelled.labels == ["positive"]


def test_add_courtesies_fills_names_and_keeps_lower_case() -> None:
    courtesies = Courtesies(["Hi {name},"], ["Thanks, {name}"], {"name": ["Mark", "Ada"]})
    chance = random.Random(1)  # noqa: S311 - no secret

    added = [add_courtesies("all in lower case", courtesies, chance) for _ in range(20)]

    assert all(text.islower() and "{" not in text for text in added)
    assert any(text.startswith("hi ") for text in added)
    assert any("thanks, " in text for text in added)


def test_add_courtesies_may_drop_the_full_stop_before_a_closing() -> None:
    courtesies = Courtesies(["Hi,"], ["Thanks"], {})
    chance = random.Random(1)  # noqa: S311 - no secret

    added = {add_courtesies("It is late.", courtesies, chance) for _ in range(200)}

    assert {"It is late. Thanks", "It is late Thanks", "It is late\nThanks"} <= added


def test_add_courtesies_fills_every_slot_of_the_file() -> None:
    courtesies = read_courtesies()
    chance = random.Random(1)  # noqa: S311 - no secret
    templates = [*courtesies.openings, *courtesies.closings]

    added = [
        add_courtesies("Noted", Courtesies([template], [template], courtesies.words), chance)
        for template in templates
    ]

    assert not [text for text in added if "{" in text or "}" in text]
