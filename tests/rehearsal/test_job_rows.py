import json
from collections import Counter

import pytest

from tests.rehearsal.job_rows import (
    BROKEN,
    CYCLE,
    TEXTS,
    expect_labels,
    find_faults,
    is_broken,
    list_broken,
    write_rows,
)

LABELS = {text: f"label {place}" for place, text in enumerate(TEXTS)}
COUNT = 2 * CYCLE


def answer(number: int) -> dict[str, object]:
    if is_broken(number):
        return {"id": number, "error": "rule"}
    return {"id": number, "label": LABELS[TEXTS[number % len(TEXTS)]]}


def to_lines(results: list[dict[str, object]]) -> list[bytes]:
    return [json.dumps(result).encode() for result in results]


def test_rows_hold_every_text_and_every_way_of_being_broken() -> None:
    lines = write_rows(COUNT, 10).splitlines()

    texts = Counter(line.partition(b'"text": ')[2] for line in lines)

    assert len(lines) == COUNT
    assert len(list_broken(COUNT)) == 2 * (len(BROKEN) + 2)
    assert len(texts) > len(TEXTS) + len(BROKEN)


def test_right_results_have_no_fault_and_the_labels_that_are_expected() -> None:
    results = [answer(number) for number in range(COUNT)]

    assert list(find_faults(to_lines(results), LABELS, COUNT)) == []
    counted = Counter(each["label"] for each in results if "label" in each)
    assert expect_labels(COUNT, LABELS) == counted


@pytest.mark.parametrize(
    "change",
    [
        lambda results: results[:-1],
        lambda results: [*results, results[-1]],
        lambda results: [results[1], results[0], *results[2:]],
        lambda results: [{**results[0], "label": "other"}, *results[1:]],
        lambda results: [{"id": 0, "error": "rule"}, *results[1:]],
    ],
    ids=["missing", "twice", "out of order", "wrong", "rejected"],
)
def test_wrong_results_have_a_fault(change: object) -> None:
    results = change([answer(number) for number in range(COUNT)])  # type: ignore[operator]

    assert list(find_faults(to_lines(results), LABELS, COUNT))
