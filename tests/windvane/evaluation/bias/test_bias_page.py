"""The report: one page, whole and safe."""

import re
from dataclasses import replace

import pytest

from tests.windvane.evaluation.bias.filling_predictions import measure_countries
from windvane.evaluation.bias.bias_limits import check_limits
from windvane.evaluation.bias.bias_page import build_page
from windvane.evaluation.bias.bias_run import BiasReport

LIMITS = {"country": {"spread": 0.05, "flip_rate": 0.5}}


@pytest.fixture(scope="module")
def page() -> str:
    figures = measure_countries()
    return build_page(
        BiasReport("tiny", "0123", "positive", [figures], check_limits(figures, LIMITS))
    )


def test_build_page_says_which_limits_do_not_hold(page: str) -> None:
    assert "1 of 2 limits exceeded." in page
    assert '<span class="bad">0.400</span>' in page
    assert '<span class="good">12.50%</span>' in page


def test_build_page_shows_the_headline_with_every_term(page: str) -> None:
    assert "From 0.100 (Fiji) to 0.500 (Tonga): a spread of 0.400." in page
    assert re.findall(r"<span>(\w+)<b>", page) == ["Fiji", "Norway", "Malta", "Tonga"]


def test_build_page_draws_both_pictures_and_asks_for_no_other_file(page: str) -> None:
    links = re.findall(r'(?:src|href)="([^"]*)"', page)

    assert page.count("<svg") == 2
    assert not [link for link in links if not link.startswith("#")]
    assert "<script" not in page


def test_build_page_repeats_no_id(page: str) -> None:
    ids = re.findall(r'\bid="([^"]+)"', page)

    assert len(ids) == len(set(ids))


def test_build_page_escapes_names() -> None:
    figures = replace(measure_countries(), name="<b>")

    page = build_page(BiasReport("<i>", "0", "<u>", [figures], []))

    assert not re.search(r"<b>\W*<|<i>|<u>", page)
