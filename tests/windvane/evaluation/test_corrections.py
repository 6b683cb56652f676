"""Corrections: which can be learned from, and which are measured on."""

import pytest

from tests.windvane.training.labelled_sets import build_set
from windvane.evaluation.corrections import (
    CheckedCorrections,
    Correction,
    check_corrections,
    leave_out_texts,
)
from windvane.evaluation.errors import CorrectionsError
from windvane.rows.labelled_set import LabelledSet

LABELS = ("negative", "neutral", "positive")
FROZEN = build_set(["It is late."], ["negative"], name="test.csv")


def build_corrections(count: int) -> list[Correction]:
    return [Correction(f"text {number}", "neutral", "negative") for number in range(count)]


def check(
    *corrections: Correction, evaluation: tuple[LabelledSet, ...] = (), fewest: int = 2
) -> CheckedCorrections:
    return check_corrections(corrections, LABELS, evaluation, fewest=fewest)


def test_check_keeps_one_of_repeated_corrections() -> None:
    rows = [
        *build_corrections(3),
        Correction("Text 1!", "neutral"),
        Correction("text 2", "neutral"),
    ]

    checked = check(*rows)

    kept = sorted(each.text for each in [*checked.learned, *checked.held_out])
    assert kept == ["text 0", "text 1", "text 2"]
    assert checked.repeated == 2


def test_check_leaves_out_a_text_with_several_labels() -> None:
    checked = check(*build_corrections(3), Correction("TEXT 1", "positive"))

    assert checked.contradicting == 2
    assert len(checked.learned) + len(checked.held_out) == 2


def test_check_leaves_out_what_an_evaluation_file_has() -> None:
    rows = [Correction("it is late", "neutral"), Correction("It is late!", "negative")]

    checked = check(*build_corrections(3), *rows, evaluation=(FROZEN,))

    assert (checked.frozen, checked.frozen_otherwise) == (2, 1)
    assert "late" not in str([*checked.learned, *checked.held_out])


def test_check_counts_confirmed_predictions() -> None:
    checked = check(*build_corrections(2), Correction("so good", "positive", "positive"))

    assert checked.confirmed == 1


def test_check_holds_out_about_a_fifth_and_always_the_same() -> None:
    first = check(*build_corrections(200))
    later = check(*build_corrections(300), Correction("new", "positive"))

    held_out = {each.text for each in first.held_out}
    assert 25 < len(held_out) < 55
    assert held_out <= {each.text for each in later.held_out}
    assert not held_out & {each.text for each in first.learned}


@pytest.mark.parametrize("count", range(2, 12))
def test_check_always_learns_some_and_measures_some(count: int) -> None:
    checked = check(*build_corrections(count))

    assert checked.learned
    assert checked.held_out


def test_check_refuses_too_few() -> None:
    with pytest.raises(CorrectionsError, match="3 of 4 corrections can be learned from, fewer"):
        check(*build_corrections(3), Correction("text 0", "neutral"), fewest=5)


def test_check_refuses_a_label_of_another_model_without_repeating_a_text() -> None:
    with pytest.raises(CorrectionsError) as raised:
        check(*build_corrections(3), Correction("my secret", "x" * 60))

    assert "(60 characters)" in str(raised.value)
    assert "(negative, neutral, positive)" in str(raised.value)
    assert "secret" not in str(raised.value)


def test_leave_out_texts_keeps_lines_and_labels_together() -> None:
    labelled = build_set(["a", "It is late", "b"], ["negative", "neutral", "positive"], weight=0.5)

    rest = leave_out_texts(labelled, [FROZEN])

    assert (rest.texts, rest.labels, rest.lines) == (["a", "b"], ["negative", "positive"], [2, 4])
    assert rest.weight == 0.5


def test_leave_out_texts_refuses_to_leave_nothing() -> None:
    with pytest.raises(CorrectionsError, match=r"Every text of set.csv is in the corrections"):
        leave_out_texts(build_set(["it is late"], ["neutral"]), [FROZEN])
