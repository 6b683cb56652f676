"""The report: one page with everything in it, and nothing that a text could break."""

from __future__ import annotations

import re

import pytest

from tests.windvane.evaluation.predicted_sets import build_predicted
from windvane.evaluation.file_measurement import build_figures, compare
from windvane.evaluation.report.evaluation_page import build_page
from windvane.inference.manifest import Manifest


@pytest.fixture
def page() -> str:
    return build()


def build(*, with_texts: bool = True) -> str:
    predicted = build_predicted(temperature=1.5)
    rival = compare("float32", predicted, predicted)
    manifest = Manifest(
        name="tiny",
        version="abc",
        id2label={0: "negative", 1: "neutral", 2: "positive"},
        max_tokens=8,
        quantization="int8",
        files={},
        temperature=1.5,
    )
    return build_page(manifest, [build_figures(predicted, [rival])], None, with_texts=with_texts)


def test_build_page_needs_no_other_file(page: str) -> None:
    assert not re.findall(r"(?:src|href)=[\"'](?!#|data:)", page)
    assert "@import" not in page
    assert page.count("<svg") == 3


def test_build_page_shows_figures_and_rivals(page: str) -> None:
    for shown in ("75.00%", "float32", "made-up.csv", "temperature 1.5", "16 to 31"):
        assert shown in page


def test_build_page_escapes_the_texts(page: str) -> None:
    assert "lovely &lt;b&gt;" in page
    assert "lovely <b>" not in page


def test_build_page_without_texts_keeps_their_lines() -> None:
    page = build(with_texts=False)

    assert "lovely" not in page
    assert '<td class="number">4</td><td>positive</td><td>negative</td>' in page


def test_build_page_shows_every_model_in_every_table(page: str) -> None:
    for table in re.findall("<table>.*?</table>", page):
        assert "float32" in table or "Worst mistakes" in table


def test_build_page_links_to_each_file(page: str) -> None:
    assert re.findall('<section id="(.*?)"', page) == ["file-1"]
    assert re.findall('<a href="#(.*?)"', page) == ["file-1", "file-1"]
