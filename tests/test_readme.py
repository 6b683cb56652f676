"""The README fits the person who has five minutes."""

import re

import pytest

from benchmarks.family_results import read_families
from benchmarks.processor_family import title_family
from tests.conftest import REPOSITORY
from tests.pages import PAGES

README = PAGES["README.md"]
FIGURES = README.partition("## Figures\n")[2].partition("\n## ")[0]
MOST_LINES = 200
FIRST_SCREEN_LINES = 20


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


def test_readme_speeds_stand_in_a_column_of_their_processor_family() -> None:
    [header] = [line for line in FIGURES.splitlines() if line.startswith("|  |")]

    latencies = [line for line in README.splitlines() if re.search(r"\d ms\b", line)]

    assert all(title_family(family.family) in header for family in read_families())
    assert latencies == []


@pytest.mark.parametrize("page", ["README.md", "docs/deploy.md"])
def test_page_shows_the_costs_of_the_cost_page(page: str) -> None:
    amounts = re.findall(r"\$\d[\d.,]*\d", PAGES[page])

    assert {"$5.60", "$1.04", "$8.83", "$300"} <= set(amounts)
    assert [amount for amount in amounts if amount not in PAGES["docs/cost.md"]] == []


@pytest.mark.parametrize("figure", ["91.5 %", "74.1 %", "72.5 %"])
def test_readme_accuracy_is_that_of_the_card(figure: str) -> None:
    card = (REPOSITORY / "models" / "sentiment-minilm" / "README.md").read_text(encoding="utf-8")

    assert figure in FIGURES
    assert figure in card
