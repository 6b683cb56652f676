"""Texts with another country, name or gender in them."""

from __future__ import annotations

import pytest

from tests.windvane.training.labelled_sets import build_set
from windvane.training.augmentation.counterfactuals import build_counterfactuals


def swapped(text: str) -> list[str]:
    variants = build_counterfactuals(build_set([text], ["positive"]), seed=1).labelled.texts
    return list(variants[1:])


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("We loved Portugal in May.", "We loved {} in May."),
        ("Priya sings well", "{} sings well"),
        ("an old Muslim tale", "an old {} tale"),
        ("a french film", "a {} film"),
    ],
)
def test_build_counterfactuals_changes_the_term_alone(text: str, kept: str) -> None:
    head, tail = kept.split("{}")

    variants = swapped(text)

    assert len(variants) == 2
    assert all(variant.startswith(head) and variant.endswith(tail) for variant in variants)
    assert text not in variants


def test_build_counterfactuals_swaps_words_of_men_and_women() -> None:
    assert swapped("He told my brother so.") == ["She told my sister so."]


def test_build_counterfactuals_keeps_lower_case() -> None:
    assert all(variant.islower() for variant in swapped("a spanish film"))


def test_build_counterfactuals_groups_a_text_with_its_variants() -> None:
    source = build_set(["Peru!", "nothing", "He is in Chad."], ["positive", "neutral", "negative"])

    variants = build_counterfactuals(source, seed=1)

    assert variants.groups is not None
    by_group: dict[int, set[str]] = {}
    for group, label in zip(variants.groups.tolist(), variants.labelled.labels, strict=True):
        by_group.setdefault(group, set()).add(label)
    assert by_group == {0: {"positive"}, 1: {"negative"}}
    assert "nothing" not in variants.labelled.texts


def test_build_counterfactuals_leaves_words_with_other_meanings_alone() -> None:
    assert swapped("roast turkey with grace") == []
