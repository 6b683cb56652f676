"""Comprehend and servers, billed by hand."""

import pytest

from benchmarks.cost.rivals import (
    Server,
    bill_comprehend,
    bill_server,
    bill_windvane,
    find_break_even,
    find_comprehend_break_even,
    list_servers,
)
from tests.benchmarks.example_costs import ONE, build_cost_results

RESULTS = build_cost_results(ONE)
SERVERS = {server.title: server for server in list_servers(RESULTS)}


@pytest.mark.parametrize(
    ("chars", "texts", "usd"),
    [
        pytest.param(12, 1, 3e-4, id="three units at least"),
        pytest.param(301, 1, 4e-4, id="a unit begun"),
        pytest.param(100, 10_000_000 / 3, 1000, id="first tier"),
        pytest.param(100, 50_000_000 / 3, 1000 + 2000, id="second tier"),
        pytest.param(100, 90_000_000 / 3, 1000 + 2000 + 1000, id="third tier"),
    ],
)
def test_bill_comprehend_counts_units_by_tier(chars: float, texts: float, usd: float) -> None:
    assert bill_comprehend(RESULTS.prices, chars, texts) == pytest.approx(usd)


def test_bill_server_that_nobody_asks_is_machine_address_and_disk() -> None:
    usd = bill_server(RESULTS, SERVERS["t4g.small"], ONE, 0)

    assert usd == pytest.approx(730 * (0.02 + 0.005) + 1.00)


def test_bill_server_of_two_adds_a_balancer_with_an_address_in_each_zone() -> None:
    usd = bill_server(RESULTS, SERVERS["two t4g.small, load balancer"], ONE, 0)

    assert usd == pytest.approx(2 * (730 * 0.025 + 1.00) + 730 * (0.02 + 0.01 + 2 * 0.005))


def test_bill_server_pays_cpu_beyond_its_baseline_and_answers_sent() -> None:
    server = Server("one", RESULTS.prices.small_hour, baseline_vcpus=0.4)
    texts = 730 * 3600 * 100  # keeps one core busy

    more = bill_server(RESULTS, server, ONE, texts) - bill_server(RESULTS, server, ONE, 0)

    assert more == pytest.approx(730 * 0.6 * 0.04 + texts * 1000 / 1e9 * 0.09)


def test_bill_windvane_is_the_month_and_the_texts() -> None:
    million = 3.5 + 0.2 + 0.1 + 0.13 + 0.5 + 5.4 + 0.86 + 0.09

    assert bill_windvane(RESULTS, ONE, 2_000_000) == pytest.approx(5.45 + 2 * million)


@pytest.mark.parametrize("server", SERVERS.values(), ids=SERVERS)
def test_find_break_even_is_where_both_cost_the_same(server: Server) -> None:
    texts = find_break_even(RESULTS, server, ONE)

    ours, theirs = (
        bill_windvane(RESULTS, ONE, texts),
        bill_server(RESULTS, server, ONE, texts),
    )
    assert ours == pytest.approx(max(theirs, bill_windvane(RESULTS, ONE, 0)), rel=1e-3)


def test_find_comprehend_break_even_is_where_both_cost_the_same() -> None:
    texts = find_comprehend_break_even(RESULTS, ONE)

    assert bill_windvane(RESULTS, ONE, texts) == pytest.approx(
        bill_comprehend(RESULTS.prices, ONE.text_chars, texts)
    )
