"""The figures of a file, from answers made up."""

from __future__ import annotations

import numpy as np
import pytest

from evaluation.answering import answer_with
from evaluation.figures import build_figures, compare
from tests.evaluation.answered import LABELS, build_answered


def test_build_figures_counts_what_was_taken_for_what() -> None:
    figures = build_figures(build_answered())

    assert figures.confusion == [[1, 0, 0], [0, 1, 0], [1, 0, 1]]
    assert figures.metrics.accuracy == 0.75


def test_build_figures_names_the_mistakes_by_line() -> None:
    [mistake] = build_figures(build_answered()).mistakes

    assert (mistake.line, mistake.truth, mistake.predicted) == (4, "positive", "negative")
    assert mistake.score == pytest.approx(np.exp(3) / (np.exp(3) + 2))


def test_build_figures_parts_texts_by_length() -> None:
    figures = build_figures(build_answered()).by_length

    assert [(each.from_tokens, each.to_tokens, each.texts) for each in figures] == [
        (0, 15, 3),
        (16, 31, 1),
    ]
    assert [each.accuracy for each in figures] == [1, 0]


def test_build_figures_shows_accuracy_of_the_surest() -> None:
    coverage = {point.share: point.accuracy for point in build_figures(build_answered()).coverage}

    assert coverage[1.0] == 0.75
    assert coverage[0.25] == 1


def test_build_figures_measures_calibration_before_and_after_the_temperature() -> None:
    calibration = build_figures(build_answered(temperature=2.0)).calibration

    assert calibration.temperature == 2
    assert calibration.ece != calibration.ece_before


def test_compare_measures_a_rival_on_the_same_texts() -> None:
    answered = build_answered()
    guesses = np.tile([0.2, 0.3, 0.5], (4, 1))

    rival = compare("guess", answer_with(guesses, LABELS, answered), answered)

    assert (rival.accuracy, rival.agreement) == (0.5, 0.25)
    assert rival.macro_recall == pytest.approx(1 / 3)


def test_answer_with_takes_the_columns_by_name() -> None:
    answered = build_answered()
    guesses = np.tile([0.7, 0.1, 0.2], (4, 1))

    taken = answer_with(guesses, ("positive", "negative", "neutral"), answered)

    assert taken.probabilities[0] == pytest.approx([0.1, 0.2, 0.7])
