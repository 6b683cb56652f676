"""The bills of alternatives: Amazon Comprehend, and always-on servers."""

from dataclasses import dataclass
from math import ceil

from benchmarks.cost.bill import GB, HOURS_A_MONTH, MILLION, bill_million, bill_month
from benchmarks.cost.cost_results import Results
from benchmarks.cost.prices import Price, Prices
from benchmarks.cost.request_figures import RequestFigures

COMPREHEND_UNIT_CHARS = 100
COMPREHEND_LEAST_UNITS = 3
FIRST_TIER_UNITS = 10 * MILLION
SECOND_TIER_UNITS = 50 * MILLION
SECONDS_A_MONTH = HOURS_A_MONTH * 3600


@dataclass(frozen=True)
class Server:
    """Always-on servers, each with a disk and a public address.

    Attributes:
        title: Name in the tables.
        hour: Price of one.
        baseline_vcpus: CPU that one may use all the time.
        count: Number of servers; two are behind a load balancer in two zones.
    """

    title: str
    hour: Price
    baseline_vcpus: float
    count: int = 1


def list_servers(results: Results) -> list[Server]:
    """List the servers that are compared."""
    prices, assumptions = results.prices, results.assumptions
    small = (prices.small_hour, assumptions.small_baseline_vcpus)
    return [
        Server("t4g.nano", prices.nano_hour, assumptions.nano_baseline_vcpus),
        Server("t4g.small", *small),
        Server("two t4g.small, load balancer", *small, count=2),
    ]


def bill_comprehend(prices: Prices, text_chars: float, texts: float) -> float:
    """Bill texts on Amazon Comprehend: units of 100 characters, three at least."""
    units = texts * max(COMPREHEND_LEAST_UNITS, ceil(text_chars / COMPREHEND_UNIT_CHARS))
    first = min(units, FIRST_TIER_UNITS)
    second = min(max(units - FIRST_TIER_UNITS, 0), SECOND_TIER_UNITS - FIRST_TIER_UNITS)
    return (
        first * prices.comprehend_unit.each
        + second * prices.comprehend_unit_over_10_million.each
        + (units - first - second) * prices.comprehend_unit_over_50_million.each
    )


def bill_server(results: Results, server: Server, figures: RequestFigures, texts: float) -> float:
    """Bill a month of servers that classify short texts, without Windvane's other features.

    Args:
        results: Prices, and texts a second and core.
        server: The servers.
        figures: Requests of one kind; the size of their responses is billed.
        texts: Texts a month.
    """
    prices, assumptions = results.prices, results.assumptions
    vcpus = texts / SECONDS_A_MONTH / results.server_texts_per_vcpu_second
    beyond = max(0.0, vcpus - server.baseline_vcpus * server.count)
    hourly = (
        server.count * (server.hour.each + prices.address_hour.each)
        + beyond * prices.burst_vcpu_hour.each
        + (server.count > 1) * _price_balancer_hour(server, prices)
    )
    disks = server.count * assumptions.disk_gb * prices.disk_gb_month.each
    response_bytes = figures.response_bytes + assumptions.response_header_bytes
    out = texts / figures.texts * response_bytes / GB * prices.out_gb.each
    return HOURS_A_MONTH * hourly + disks + out


def bill_windvane(results: Results, figures: RequestFigures, texts: float) -> float:
    """Bill a month of Windvane."""
    million = sum(bill_million(results, figures).values())
    return sum(bill_month(results).values()) + million * texts / MILLION


def find_break_even(results: Results, server: Server, figures: RequestFigures) -> float:
    """Compute the texts a month above which a server costs less, while it needs no burst."""
    ours = bill_windvane(results, figures, 0)
    theirs = bill_server(results, server, figures, 0)
    our_million = bill_windvane(results, figures, MILLION) - ours
    their_million = bill_server(results, server, figures, MILLION) - theirs
    return max(0.0, (theirs - ours) / (our_million - their_million) * MILLION)


def find_comprehend_break_even(results: Results, figures: RequestFigures) -> float:
    """Compute the texts a month up to which Amazon Comprehend costs less, in its first tier."""
    ours = bill_windvane(results, figures, 0)
    our_million = bill_windvane(results, figures, MILLION) - ours
    return ours / (bill_comprehend(results.prices, figures.text_chars, 1) - our_million / MILLION)


def _price_balancer_hour(server: Server, prices: Prices) -> float:
    """Price a load balancer with one capacity unit, and an address in each zone."""
    addresses = server.count * prices.address_hour.each
    return prices.balancer_hour.each + prices.balancer_unit_hour.each + addresses
