"""Held-out texts: some of each label, and no copy on both sides."""

from __future__ import annotations

import pytest

from tests.windvane.training.labelled_sets import build_easy_set, build_set
from windvane.training.errors import TrainingError
from windvane.training.holdout import hold_out


def test_hold_out_takes_a_tenth_of_each_label() -> None:
    [learned], [held] = hold_out([build_easy_set()], seed=1)

    assert held.count_labels() == {"negative": 1, "neutral": 1, "positive": 1}
    assert len(learned.texts) == 27
    assert not set(learned.texts) & set(held.texts)


def test_hold_out_keeps_copies_of_a_text_together() -> None:
    texts = [f"text {i}" for i in range(20)]
    copies = build_set([*texts, *(text.upper() for text in texts)], ["a"] * 40)

    [learned], [held] = hold_out([copies], seed=1)

    assert len(held.texts) == 4
    assert not {t.lower() for t in learned.texts} & {t.lower() for t in held.texts}


def test_hold_out_keeps_the_lines_with_their_texts() -> None:
    source = build_easy_set()
    line_of = dict(zip(source.texts, source.lines, strict=True))

    _, [held] = hold_out([source], seed=1)

    assert held.lines == [line_of[text] for text in held.texts]


def test_hold_out_asks_for_dev_files_where_there_is_too_little() -> None:
    with pytest.raises(TrainingError, match="give dev files with --dev"):
        hold_out([build_set(["a", "b"], ["positive", "negative"])], seed=1)
