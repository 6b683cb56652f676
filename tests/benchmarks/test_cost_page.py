"""The committed page and figures belong together, and to the inputs of today."""

import msgspec
import pytest

from benchmarks.cost.__main__ import PAGE
from benchmarks.cost.cost_page import build_page
from benchmarks.cost.cost_results import add_inputs, read_run
from benchmarks.cost.cost_tables import show_usd
from benchmarks.cost.prices import PRICES_FILE, load_prices
from benchmarks.cost.workload import CASES

RESULTS = add_inputs(read_run())


def test_page_is_what_the_figures_and_the_inputs_of_today_render_to() -> None:
    page = PAGE.read_text(encoding="utf-8")

    assert page == build_page(RESULTS), "python -m benchmarks.cost --render writes it anew"


def test_page_answers_in_its_first_ten_lines() -> None:
    head = "\n".join(PAGE.read_text(encoding="utf-8").splitlines()[:10])

    assert "A million tweets, one a request, cost **$" in head
    assert "does not hold" in head


@pytest.mark.parametrize("billed_ms", [1.0, 1e6], ids=["cheap", "dear"])
def test_goal_is_said_to_hold_for_what_costs_less_and_no_more(billed_ms: float) -> None:
    cases = [
        msgspec.structs.replace(measured, billed_ms=billed_ms if measured.texts > 1 else 1e6)
        for measured in RESULTS.measured.cases
    ]
    measured = msgspec.structs.replace(RESULTS.measured, cases=cases)

    page = build_page(msgspec.structs.replace(RESULTS, measured=measured))

    [goal] = [line for line in page.splitlines() if "does not hold" in line]
    holds, misses = goal.split("With the monthly part")[0].split("does not hold")
    batches = [case for case in CASES if case.texts > 1]
    assert holds.count("a request") == (len(batches) if billed_ms == 1.0 else 0)
    assert misses.count("a request (") == len(CASES) - holds.count("a request")


@pytest.mark.parametrize(
    ("usd", "shown"),
    [(0.0, "0.00"), (0.001, "< 0.01"), (1.239, "1.24"), (99.5, "99.50"), (2150.4, "2,150")],
)
def test_show_usd_prints_cents_while_they_say_something(usd: float, shown: str) -> None:
    assert show_usd(usd) == shown


def test_every_price_has_its_page_and_the_list_its_date() -> None:
    prices = load_prices()

    assert prices.as_of
    assert all(price.source.startswith("https://aws.amazon.com/") for price in prices.all)
    assert len(prices.all) == len(msgspec.json.decode(PRICES_FILE.read_bytes())) - 2
