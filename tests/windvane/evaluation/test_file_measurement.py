"""Figures of made-up predictions."""

from __future__ import annotations

import numpy as np
import pytest

from tests.windvane.evaluation.predicted_sets import LABELS, build_predicted
from windvane.evaluation.file_measurement import build_figures, compare
from windvane.evaluation.set_prediction import set_from_probabilities


def test_build_figures_counts_what_was_taken_for_what() -> None:
    figures = build_figures(build_predicted())

    assert figures.model.confusion == [[1, 0, 0], [0, 1, 0], [1, 0, 1]]
    assert figures.model.metrics.accuracy == 0.75


def test_build_figures_names_the_mistakes_by_line() -> None:
    [mistake] = build_figures(build_predicted()).mistakes

    assert (mistake.line, mistake.truth, mistake.predicted) == (4, "positive", "negative")
    assert mistake.score == pytest.approx(np.exp(3) / (np.exp(3) + 2))


def test_build_figures_parts_texts_by_length() -> None:
    figures = build_figures(build_predicted()).model.by_length

    assert [(each.from_tokens, each.to_tokens, each.texts) for each in figures] == [
        (0, 15, 3),
        (16, 31, 1),
    ]
    assert [each.accuracy for each in figures] == [1, 0]


def test_build_figures_shows_accuracy_of_the_surest() -> None:
    coverage = {
        point.share: point.accuracy for point in build_figures(build_predicted()).model.coverage
    }

    assert coverage[1.0] == 0.75
    assert coverage[0.25] == 1


def test_build_figures_measures_calibration_before_and_after_the_temperature() -> None:
    calibration = build_figures(build_predicted(temperature=2.0)).model.calibration

    assert calibration.temperature == 2
    assert calibration.ece != calibration.ece_before


def test_compare_measures_a_rival_on_the_same_texts() -> None:
    predicted = build_predicted()
    guesses = np.tile([0.2, 0.3, 0.5], (4, 1))

    rival = compare("guess", set_from_probabilities(guesses, LABELS, predicted), predicted)

    assert (rival.figures.metrics.accuracy, rival.agreement) == (0.5, 0.25)
    assert rival.figures.metrics.macro_recall == pytest.approx(1 / 3)


def test_compare_says_what_is_gained_over_the_rival() -> None:
    predicted = build_predicted()
    guesses = np.tile([0.2, 0.3, 0.5], (4, 1))

    rival = compare("guess", set_from_probabilities(guesses, LABELS, predicted), predicted)

    assert rival.gain == 0.25
    assert rival.gain_interval.low <= rival.gain <= rival.gain_interval.high


def test_compare_pairs_labels_by_name() -> None:
    predicted = build_predicted()
    turned = predicted.in_order_of(("positive", "negative", "neutral"))

    rival = compare("the same", turned, predicted)

    assert (rival.agreement, rival.largest_gap, rival.gain) == (1, 0, 0)
    assert rival.figures.confusion == build_figures(predicted).model.confusion


def test_compare_finds_the_largest_gap_of_a_probability() -> None:
    predicted, cooler = build_predicted(), build_predicted(temperature=2.0)

    rival = compare("cooler", cooler, predicted)

    gaps = np.abs(cooler.probabilities - predicted.probabilities)
    assert rival.largest_gap == gaps.max() > 0
    assert rival.agreement == 1


def test_set_from_probabilities_takes_the_columns_by_name() -> None:
    predicted = build_predicted()
    guesses = np.tile([0.7, 0.1, 0.2], (4, 1))

    taken = set_from_probabilities(guesses, ("positive", "negative", "neutral"), predicted)

    assert taken.probabilities[0] == pytest.approx([0.1, 0.2, 0.7])
