import pytest

from windvane.training.errors import TrainingError
from windvane.training.label_choice import (
    choose_labels,
    describe_labels,
    find_label_fault,
    require_names,
)

KNOWN = ("negative", "neutral", "positive")


@pytest.mark.parametrize("labels", [["positive"], ["positive", "negative"], KNOWN])
def test_choose_labels_keeps_known_ones_and_their_order(labels: list[str]) -> None:
    assert choose_labels(dict.fromkeys(labels, 1), KNOWN) == KNOWN


@pytest.mark.parametrize("labels", [["outage", "billing"], ["billing", "outage"]])
def test_choose_labels_sorts_those_of_the_data(labels: list[str]) -> None:
    assert choose_labels(dict.fromkeys(labels, 2), KNOWN) == ("billing", "outage")


def test_choose_labels_takes_all_of_the_data_when_one_is_not_known() -> None:
    counts = {"positive": 9, "mixed": 2, "negative": 5}

    assert choose_labels(counts, KNOWN) == ("mixed", "negative", "positive")


@pytest.mark.parametrize(
    ("counts", "fault"),
    [
        ({"1": 9, "5": 9}, "numbers as labels: 1, 5. Say what they mean with FILE,map=NAME"),
        ({"4.5": 9, "good": 9}, "numbers as labels: 4.5."),
        ({"-1": 9, "+1": 9}, "numbers as labels: +1, -1."),
        ({"good": 9}, "The only label of the data is good."),
        ({"good": 9, "bad": 1}, "fewer than 2 texts of bad."),
        (
            {str(i) + "a": 1 for i in range(20)},
            "0a, 10a, 11a, 12a, 13a, 14a, 15a, 16a and 12 more.",
        ),
        ({"Good": 9, "good": 9, "bad": 9}, "differ in case only: Good, good."),
        ({f"n{i}": 9 for i in range(101)}, "101 labels, more than 100. Is the column right"),
        ({f"{i}": 9 for i in range(2000)}, "2,000 labels, more than 100."),
        ({"x" * 41: 1, "good": 9}, "of (41 characters)."),
    ],
)
def test_labels_that_a_model_should_not_learn(counts: dict[str, int], fault: str) -> None:
    with pytest.raises(TrainingError) as raised:
        choose_labels(counts, KNOWN)

    assert fault in str(raised.value)
    assert "--labels A,B,..." in str(raised.value)


def test_a_hundred_labels_of_two_texts_are_no_fault() -> None:
    assert find_label_fault({f"n{i}": 2 for i in range(100)}) is None


@pytest.mark.parametrize(
    ("labels", "fault"),
    [
        (["a\nb", "c"], "holds a line break"),
        (["x" * 101, "c"], '(101 characters)" has more than 100 characters'),
        ([f"n{i}" for i in range(1001)], "There are 1,001 labels; at most 1,000 are allowed."),
    ],
    ids=["line break", "long", "many"],
)
def test_names_that_an_export_would_refuse(labels: list[str], fault: str) -> None:
    with pytest.raises(TrainingError) as raised:
        require_names(labels)

    assert fault in str(raised.value)


def test_names_in_any_script_are_no_fault() -> None:
    require_names(["🤷‍♂️", "très bien", "좋다", "a, b", "a\u00a0b"])


def test_describe_labels_counts_the_texts_of_each() -> None:
    assert describe_labels({"outage": 1200, "billing": 2}) == "billing (2), outage (1,200)"
