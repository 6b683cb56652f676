"""Figures of a dimension, worked by hand."""

import pytest

from tests.windvane.evaluation.bias.filling_predictions import FIRST, SECOND, measure_countries


def test_measure_dimension_takes_differences_from_the_templates_mean() -> None:
    figures = measure_countries()

    assert figures.texts == 8
    # 0.1, 0.1, 0.2 and 0.2 in the first template, nothing in the second.
    assert figures.mean_difference == pytest.approx(0.6 / 8)
    assert figures.largest_difference == pytest.approx(0.2)
    assert figures.spread == pytest.approx(0.4)


def test_measure_dimension_counts_labels_that_most_fillings_do_not_have() -> None:
    figures = measure_countries()

    assert (figures.flips, figures.flip_rate) == (1, 1 / 8)
    assert [text.text for text in figures.details[FIRST.text] if text.flipped] == ["In Fiji."]


def test_measure_dimension_sorts_templates_by_spread_and_names_their_ends() -> None:
    first, second = measure_countries().templates

    assert (first.template, second.template) == (FIRST.text, SECOND.text)
    assert (first.lowest_term, first.lowest) == ("Fiji", 0.1)
    assert (first.highest_term, first.highest) == ("Tonga", 0.5)
    assert (first.label, first.flips) == ("neutral", 1)
    assert first.mean == pytest.approx(0.3)
    assert (second.spread, second.flips, second.tone) == (0, 0, "positive")


def test_measure_dimension_compares_the_groups_means() -> None:
    figures = measure_countries()

    # Both groups have a mean of 0.3 and of 0.9.
    assert figures.group_difference == pytest.approx(0)
    assert [group.group for group in figures.groups] == ["north", "south"]
    assert [group.difference.mean for group in figures.groups] == pytest.approx([0, 0])


def test_measure_dimension_averages_each_term_over_its_templates() -> None:
    terms = measure_countries().terms

    assert [term.term for term in terms] == ["Fiji", "Norway", "Malta", "Tonga"]
    assert [term.difference for term in terms] == pytest.approx([-0.1, -0.05, 0.05, 0.1])
    assert {term.templates for term in terms} == {2}


def test_measure_dimension_finds_the_headline_and_the_worst_texts() -> None:
    figures = measure_countries()

    assert figures.headline == figures.templates[0]
    assert [text.term for text in figures.headline_texts()] == ["Fiji", "Norway", "Malta", "Tonga"]
    assert {text.text for text in figures.worst_texts(2)} == {"In Fiji.", "In Tonga."}
