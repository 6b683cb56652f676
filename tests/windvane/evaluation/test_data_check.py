"""What a labelled file holds, worked out by hand."""

from __future__ import annotations

import pytest

from tests.windvane.training.labelled_sets import build_set
from windvane.evaluation.data_check import DataCheck, LengthRange, check_data
from windvane.evaluation.same_texts import SameText, index_texts
from windvane.rows.labelled_set import LabelledSet

ROWS = [
    ("Good.", "positive"),
    ("good", "positive"),
    ("Good.", "positive"),
    ("GOOD!", "negative"),
    ("one two three four five six", "neutral"),
]
SET = build_set(*zip(*ROWS, strict=True), name="rows.csv")


def check(labelled: LabelledSet, *others: LabelledSet) -> DataCheck:
    return check_data(index_texts(labelled), [index_texts(other) for other in others])


def test_check_data_counts_labels_most_frequent_first() -> None:
    assert list(check(SET).labels.items()) == [("positive", 3), ("negative", 1), ("neutral", 1)]


def test_check_data_measures_lengths() -> None:
    found = check(SET)

    assert (found.words.median, found.words.longest) == (1, 6)
    assert found.words.p95 == pytest.approx(5)
    assert (found.characters.median, found.characters.longest) == (5, 27)
    assert found.characters.p95 == pytest.approx(22.6)
    assert [each for each in found.histogram if each.texts] == [
        LengthRange(1, 4, 4),
        LengthRange(5, 9, 1),
    ]


def test_check_data_puts_every_text_into_one_range() -> None:
    lengths = (1, 4, 5, 319, 320, 1000)

    ranges = check(build_set(["word " * n for n in lengths], ["a"] * len(lengths))).histogram

    assert sum(each.texts for each in ranges) == len(lengths)
    assert ranges[-1] == LengthRange(320, None, 2)


def test_check_data_finds_copies() -> None:
    found = check(SET)

    assert (found.duplicates, found.near_duplicates) == (1, 3)
    assert [each.lines for each in found.repeated] == [[2, 3, 4, 5]]


def test_check_data_finds_texts_with_several_labels() -> None:
    [conflict] = check(SET).conflicts

    assert conflict == SameText(
        [2, 3, 4, 5], ["positive", "positive", "positive", "negative"], exact=False
    )


def test_check_data_does_not_take_copies_with_one_label_for_conflicts() -> None:
    found = check(build_set(["good", "good"], ["a", "a"]))

    assert len(found.repeated) == 1
    assert found.conflicts == []


def test_check_data_counts_what_another_file_holds_too_on_both_sides() -> None:
    other = build_set(["good", "One, two, three: four five six", "else"], ["a"] * 3, name="test")

    [overlap] = check(SET, other).overlaps

    assert (overlap.file, overlap.texts, overlap.exact) == ("test", 5, 1)
    assert (overlap.other_shared, overlap.other_texts) == (2, 3)


def test_check_data_finds_no_overlap_between_other_texts() -> None:
    [overlap] = check(SET, build_set(["goods", "one two"], ["a", "b"])).overlaps

    assert (overlap.texts, overlap.other_shared, overlap.rows) == (0, 0, [])


def test_filled_ranges_go_from_the_shortest_text_to_the_longest() -> None:
    ranges = check(build_set(["word " * n for n in (7, 400, 50)], ["a"] * 3)).filled_ranges()

    assert [each.name for each in ranges] == [
        "5 to 9",
        "10 to 19",
        "20 to 39",
        "40 to 79",
        "80 to 159",
        "160 to 319",
        "320 or more",
    ]


def test_frequent_labels_sum_up_those_of_a_column_that_is_no_label() -> None:
    ids = [str(i // 2) for i in range(60)]

    labels = check(build_set(ids, ids)).frequent_labels()

    assert len(labels) == 21
    assert labels["(10 other labels)"] == 20
    assert sum(labels.values()) == 60
