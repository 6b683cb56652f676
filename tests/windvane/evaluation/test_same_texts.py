"""Texts that are the same, to the letter or nearly, worked out by hand."""

from __future__ import annotations

import pytest

from tests.windvane.training.labelled_sets import build_set
from windvane.evaluation.same_texts import (
    SameText,
    SharedText,
    count_shared_texts,
    find_same_texts,
    find_shared_texts,
    index_texts,
    normalise,
)

# build_set numbers the lines from 2, as behind the header of a CSV file.
INDEX = index_texts(build_set(["Good day!", "bad", "good  day", "fine", "bad"], [*"abcba"]))
OTHER = index_texts(build_set(["GOOD DAY", "good day", "bad", "else"], [*"aaaa"]))


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("  Hello,  World! ", "hello world"),
        ("\ufb01ne", "fine"),
        ("\uff27\uff4f\uff4f\uff44", "good"),
        ("snake_case", "snake case"),
        ("Stra\u00dfe", "strasse"),
        ("`` it 's ``", "it s"),
        ("a\u200bb\u00a0c\n", "a b c"),
        ("?!", "?!"),
        (" \N{GRINNING FACE} ", "\N{GRINNING FACE}"),
    ],
)
def test_normalise_folds_what_makes_no_difference(text: str, folded: str) -> None:
    assert normalise(text) == folded


@pytest.mark.parametrize(
    ("text", "other"),
    [
        ("great \N{GRINNING FACE}", "great \N{POUTING FACE}"),
        ("not able", "notable"),
        ("\u0915\u0940", "\u0915\u0941"),  # Devanagari: the vowel is a combining mark
        ("$5", "5"),
        ("!", "?"),
    ],
    ids=["emoji", "spaces between words", "combining vowels", "currency", "only punctuation"],
)
def test_normalise_keeps_what_makes_a_difference(text: str, other: str) -> None:
    assert normalise(text) != normalise(other)


def test_find_same_texts_lists_every_row_of_each() -> None:
    assert find_same_texts(INDEX) == [
        SameText([2, 4], ["a", "c"], exact=False),
        SameText([3, 6], ["b", "a"], exact=True),
    ]


def test_find_shared_texts_names_both_sides_in_the_order_of_the_file() -> None:
    assert find_shared_texts(INDEX, OTHER) == [
        SharedText(2, [2, 3], exact=False),
        SharedText(3, [4], exact=True),
        SharedText(4, [2, 3], exact=False),
        SharedText(6, [4], exact=True),
    ]


def test_find_shared_texts_names_ten_places_of_a_frequent_text() -> None:
    frequent = index_texts(build_set(["ok"] * 30, ["a"] * 30))

    [shared] = find_shared_texts(index_texts(build_set(["ok"], ["a"])), frequent)

    assert shared.other_lines == list(range(2, 12))


def test_count_shared_texts_counts_the_rows_of_the_other_file() -> None:
    assert count_shared_texts(INDEX, OTHER) == 3
