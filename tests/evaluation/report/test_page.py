"""The report: one page with everything in it, and nothing that a text could break."""

from __future__ import annotations

import re

import pytest

from evaluation.figures import build_figures, compare
from evaluation.report.page import build_page
from functions.inference.manifest import Manifest
from tests.evaluation.answered import build_answered


@pytest.fixture
def page() -> str:
    answered = build_answered(temperature=1.5)
    rival = compare("float32", answered, answered)
    manifest = Manifest(
        name="tiny",
        version="abc",
        id2label={0: "negative", 1: "neutral", 2: "positive"},
        max_tokens=8,
        quantization="int8",
        files={},
        temperature=1.5,
    )
    return build_page(manifest, [build_figures(answered, [rival])], None)


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
