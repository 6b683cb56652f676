"""What a labelled file holds, worked out by hand."""

from __future__ import annotations

import pytest

from evaluation.data_check import LengthRange, check_data, normalise
from tests.training.labelled_sets import build_set

ROWS = [
    ("Good.", "positive"),
    ("good", "positive"),
    ("Good.", "positive"),
    ("GOOD!", "negative"),
    ("one two three four five six", "neutral"),
]
SET = build_set(*zip(*ROWS, strict=True), name="rows.csv")


def test_check_data_counts_labels_most_frequent_first() -> None:
    assert list(check_data(SET).labels.items()) == [
        ("positive", 3),
        ("negative", 1),
        ("neutral", 1),
    ]


def test_check_data_measures_lengths() -> None:
    check = check_data(SET)

    assert (check.words.median, check.words.longest) == (1, 6)
    assert check.words.p95 == pytest.approx(5)
    assert [each for each in check.histogram if each.texts] == [
        LengthRange(0, 4, 4),
        LengthRange(5, 9, 1),
    ]


def test_check_data_finds_copies() -> None:
    check = check_data(SET)

    assert (check.duplicates, check.near_duplicates) == (1, 3)


def test_check_data_finds_texts_with_several_labels() -> None:
    check = check_data(SET)

    assert check.conflicts == 1
    assert check.conflict_lines == [[2, 3, 4, 5]]


def test_check_data_finds_what_another_file_holds_too() -> None:
    other = build_set(["good", "One, two, three: four five six"], ["a", "b"], name="test.csv")

    [overlap] = check_data(SET, [other], shown=2).overlaps

    assert (overlap.file, overlap.exact, overlap.normalised) == ("test.csv", 1, 5)
    assert overlap.lines == [2, 3]


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("  Hello,  World! ", "hello world"),
        ("ﬁne", "fine"),
        ("snake_case", "snake case"),
        ("Straße", "strasse"),
        (" 😀 ", "😀"),
        ("?!", "?!"),
    ],
)
def test_normalise_folds_what_makes_no_difference(text: str, folded: str) -> None:
    assert normalise(text) == folded
