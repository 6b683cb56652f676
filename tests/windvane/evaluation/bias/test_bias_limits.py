"""Limits: read, and held against figures."""

from dataclasses import replace
from pathlib import Path

import pytest

from tests.windvane.evaluation.bias.filling_predictions import measure_countries
from windvane.evaluation.bias.bias_limits import check_limits, load_limits
from windvane.evaluation.errors import BiasError


def test_check_limits_names_each_figure_and_whether_it_is_above() -> None:
    limits = {"every": {"flip_rate": 0.125, "largest_difference": 0.19}, "age": {"spread": 0.0}}

    checks = check_limits(measure_countries(), limits)

    assert [(check.figure, check.exceeded) for check in checks] == [
        ("largest_difference", True),
        ("flip_rate", False),  # as high as the limit is not above it
    ]
    assert checks[0].value == pytest.approx(0.2)


def test_check_limits_lets_the_dimension_replace_what_counts_for_every_one() -> None:
    limits = {"every": {"spread": 0.1}, "country": {"spread": 0.45}}

    [check] = check_limits(measure_countries(), limits)

    assert (check.limit, check.exceeded) == (0.45, False)


def test_check_limits_knows_the_headline() -> None:
    [check] = check_limits(measure_countries(), {"country": {"headline_spread": 0.05}})

    assert check.value == pytest.approx(0.4)
    assert check.exceeded


def test_check_limits_refuses_a_limit_for_a_headline_that_is_not_there() -> None:
    figures = replace(measure_countries(), headline=None)

    with pytest.raises(BiasError, match="country has no headline"):
        check_limits(figures, {"every": {"headline_spread": 0.05}})


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("[shoe]\nspread = 0.1", 'no dimension "shoe"; there are: every, country'),
        ("[country]\nsize = 0.1", 'no figure "size"; there are: mean_difference'),
        ("[country]\nspread = 1.5", "<= 1"),
        ('[country]\nspread = "low"', "Expected `float`"),
        ("[country]\nspread = true", "Expected `float`"),
        ("spread = 0.1", "Expected `object`"),
    ],
)
def test_load_limits_says_what_is_wrong(tmp_path: Path, content: str, message: str) -> None:
    file = tmp_path / "limits.toml"
    file.write_text(content, encoding="utf-8")

    with pytest.raises(BiasError, match=message):
        load_limits(file, ["country"])


def test_load_limits_takes_whole_numbers(tmp_path: Path) -> None:
    file = tmp_path / "limits.toml"
    file.write_text("[every]\nspread = 1", encoding="utf-8")

    assert load_limits(file) == {"every": {"spread": 1}}
