"""The README fits the person who has five minutes."""

import json
import re
from typing import Any

import pytest

from tests.conftest import REPOSITORY
from tests.pages import PAGES

README = PAGES["README.md"]
FIGURES = README.partition("## Figures\n")[2].partition("\n## ")[0]
RESULTS = REPOSITORY / "benchmarks" / "results"
MOST_LINES = 200
FIRST_SCREEN_LINES = 20
FLOOR = "floor: onnxruntime and the session"


def test_readme_shows_its_first_command_by_line_20() -> None:
    first = next(i for i, line in enumerate(README.splitlines(), 1) if line.startswith("```bash"))

    assert first <= FIRST_SCREEN_LINES


def test_readme_is_short() -> None:
    assert len(README.splitlines()) <= MOST_LINES


def test_readme_says_on_the_first_screen_that_the_model_is_english_only() -> None:
    first_screen = "\n".join(README.splitlines()[:FIRST_SCREEN_LINES])

    assert "reads\nEnglish only" in first_screen


@pytest.mark.parametrize(
    "library", ["Powertools", "ONNX Runtime", "tokenizers", "Optimum", "AWS CDK", "moto"]
)
def test_readme_names_what_it_is_built_on(library: str) -> None:
    assert f"[{library}" in README


@pytest.mark.parametrize("page", sorted(page for page in PAGES if page != "README.md"))
def test_readme_links_to_every_page(page: str) -> None:
    assert f"]({page})" in README


def test_readme_figures_are_those_of_the_benchmarks() -> None:
    bench, cold = _read_results("bench"), _read_results("cold")
    peers, servers = bench["peers"], bench["servers"]
    windvane, torch = peers["windvane"], peers["transformers_pipeline"]
    p50_ms = windvane["latency"]["1"]["p50_ms"]
    http_ms = servers["windvane"]["latency"]["p50_ms"]
    flask_ms = servers["flask"]["latency"]["p50_ms"]
    floor_ms, cold_ms = (cold["warm"][title]["total"] for title in (FLOOR, "Windvane"))

    shown = [
        f"AMX {p50_ms:.2f} ms",
        f"AMX {http_ms:.2f} ms",
        f"{torch['latency']['1']['p50_ms'] / p50_ms:.2f} times",
        f"{flask_ms / http_ms:.2f} times",
        f"AMX {cold_ms:.0f} ms",
        f"{cold_ms / floor_ms:.2f} times",
        f"{windvane['model_mb']:.1f} MB and {windvane['packages_mb']:.0f} MB",
        f"{torch['packages_mb'] / windvane['packages_mb']:.2f} times",
    ]

    assert [figure for figure in shown if figure not in FIGURES] == []
    assert "amx_int8" in bench["machine"]["int8_instructions"]
    assert "amx_int8" in cold["machine"]["int8_instructions"]


def test_readme_latencies_name_their_processor() -> None:
    latencies = [line for line in README.splitlines() if re.search(r"\d ms\b", line)]

    assert latencies
    assert [line for line in latencies if not re.search("AMX|AVX2", line)] == []


@pytest.mark.parametrize("page", ["README.md", "docs/deploy.md"])
def test_page_shows_the_costs_of_the_cost_page(page: str) -> None:
    amounts = re.findall(r"\$\d[\d.,]*\d", PAGES[page])

    assert {"$5.60", "$1.04", "$8.83", "$300"} <= set(amounts)
    assert [amount for amount in amounts if amount not in PAGES["docs/cost.md"]] == []


@pytest.mark.parametrize("figure", ["91.7 %", "74.3 %"])
def test_readme_accuracy_is_that_of_the_card(figure: str) -> None:
    card = (REPOSITORY / "models" / "sentiment-minilm" / "README.md").read_text(encoding="utf-8")

    assert figure in FIGURES
    assert figure in card


def _read_results(name: str) -> Any:
    return json.loads((RESULTS / f"{name}.json").read_text(encoding="utf-8"))
