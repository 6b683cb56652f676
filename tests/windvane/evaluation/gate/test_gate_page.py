"""The page of a comparison: everything in it, and no text."""

import re

import pytest

from tests.windvane.evaluation.predicted_sets import build_predicted
from windvane.evaluation.figure_table import Column, FigureTable
from windvane.evaluation.file_measurement import build_figures, compare
from windvane.evaluation.gate.figures import Figure, Pair
from windvane.evaluation.gate.gate_checks import GateCheck
from windvane.evaluation.gate.gate_page import GatePage, build_gate_markdown, build_gate_page
from windvane.evaluation.gate.gate_tables import show_limit
from windvane.evaluation.gate.model_comparison import ModelComparison
from windvane.inference.manifest import Manifest


def build_page(*, kept: bool = True) -> GatePage:
    predicted = build_predicted()
    manifest = Manifest(
        name="tiny",
        version="abc",
        id2label={0: "negative", 1: "neutral", 2: "positive"},
        max_tokens=8,
        quantization="int8",
        files={},
    )
    figures = build_figures(predicted, [compare("champion", predicted, predicted)])
    ece = Figure("files.made-up.csv", "ece", 0.01, 0.02)
    return GatePage(
        comparison=ModelComparison(
            manifests=Pair(manifest, manifest), files={"files.made-up.csv": figures}
        ),
        checks=[GateCheck(ece, "max", 0.03, kept), GateCheck(ece, "max_rise", 0.02, True)],
        gate="gate.toml",
        warnings=["Fitted to mine<b>.csv."],
        notes={"Data": FigureTable([Column("file")], [["mine|<b>.csv"]])},
    )


def test_gate_page_needs_no_other_file_and_holds_no_text() -> None:
    html = build_gate_page(build_page())

    assert not re.findall(r"(?:src|href)=[\"'](?!#|data:)", html)
    assert html.count("<svg") == 1
    assert "lovely" not in html
    assert "mine|&lt;b&gt;.csv" in html


@pytest.mark.parametrize(
    ("kept", "verdict"),
    [(True, "keeps all 2 limits of gate.toml"), (False, "breaks 1 of 2 limits of gate.toml")],
)
def test_gate_page_says_what_the_gate_decided(kept: bool, verdict: str) -> None:
    page = build_page(kept=kept)

    assert verdict in build_gate_page(page)
    assert verdict in build_gate_markdown(page)
    assert ("broken" in build_gate_markdown(page)) is not kept


def test_gate_page_shows_warnings() -> None:
    page = build_page()

    assert "Fitted to mine&lt;b&gt;.csv." in build_gate_page(page)
    assert "Fitted to mine\\<b\\>.csv." in build_gate_markdown(page)


def test_gate_markdown_has_every_table_and_no_markup_of_a_name() -> None:
    markdown = build_gate_markdown(build_page())

    assert "mine\\|\\<b\\>.csv" in markdown
    assert "## files.made-up.csv" in markdown
    assert "| accuracy | 75.00% | 75.00% | +0.00% |" in markdown
    assert "lovely" not in markdown


@pytest.mark.parametrize(
    ("metric", "limit", "bound", "shown"),
    [
        ("accuracy", "max_drop", 0.005, "at most 0.50% lower"),
        ("ece", "max", 0.03, "at most 0.0300"),
        ("median_ms", "max_ratio", 1.25, "at most 1.25 times"),
        ("bundle_mb", "max", 24, "at most 24.00 MB"),
        ("limits_exceeded", "max", 0, "at most 0"),
    ],
)
def test_limit_is_put_into_words(metric: str, limit: str, bound: float, shown: str) -> None:
    assert show_limit(GateCheck(Figure("t", metric, 1, 1), limit, bound, True)) == shown
