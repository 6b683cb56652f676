"""Clauses of the data in frames that deny or uphold them."""

from __future__ import annotations

import pytest

from tests.windvane.training.labelled_sets import build_set
from windvane.training.augmentation.reported_clauses import build_reported_clauses, find_clause

PRAISE = "It was a warm and witty evening ."
BLAME = "The plot is thin and predictable."


def test_to_deny_praise_is_blame_and_to_uphold_it_is_praise() -> None:
    reported = build_reported_clauses(build_set([PRAISE], ["positive"]), seed=1).labelled

    assert sorted(reported.labels) == ["negative", "negative", "positive", "positive"]
    assert all("t was a warm and witty evening" in text for text in reported.texts)
    assert all("{" not in text for text in reported.texts)


def test_to_deny_blame_is_not_blame() -> None:
    reported = build_reported_clauses(build_set([BLAME], ["negative"]), seed=1).labelled

    assert sorted(reported.labels)[:2] == ["negative", "negative"]
    assert "negative" not in sorted(reported.labels)[2:]


def test_a_source_without_neutral_gets_texts_that_are_compared_with_neutral_too() -> None:
    source = build_set([BLAME], ["negative"], ignored=("neutral",))

    assert build_reported_clauses(source, seed=1).labelled.ignored == ()


def test_teachers_have_no_say() -> None:
    assert not build_reported_clauses(build_set([PRAISE], ["positive"]), seed=1).use_teachers


@pytest.mark.parametrize(
    ("text", "clause"),
    [
        ("It 's a lovely , quiet film !", "it's a lovely, quiet film"),
        ("I loved every minute of it.", "I loved every minute of it"),
        ("My old phone was faster.", "my old phone was faster"),
        ("It was fun but far too long.", None),
        ("It isn't good for anything.", None),
        ("It was fun. I laughed a lot.", None),
        ("Lovely food and kind waiters.", None),
        ("It is good", None),
    ],
)
def test_find_clause_takes_one_statement_with_a_subject(text: str, clause: str | None) -> None:
    assert find_clause(text) == clause
