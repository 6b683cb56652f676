"""What others cost: Amazon Comprehend, and servers that are always on."""

from dataclasses import dataclass
from math import ceil

from benchmarks.cost.bill import GB, HOURS_A_MONTH, MILLION, bill_million, bill_month
from benchmarks.cost.measure import Measured
from benchmarks.cost.prices import Price, Prices
from benchmarks.cost.results import Results

COMPREHEND_UNIT_CHARS = 100
COMPREHEND_LEAST_UNITS = 3
FIRST_TIER_UNITS = 10 * MILLION
SECOND_TIER_UNITS = 50 * MILLION
SECONDS_A_MONTH = HOURS_A_MONTH * 3600


@dataclass(frozen=True)
class Server:
    """Servers of one's own, each with a disk and a public address.

    Attributes:
        title: What the table calls them.
        hour: Price of one.
        baseline_vcpus: CPU that one may use all the time.
        count: How many; two stand behind a load balancer in two zones.
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


def bill_server(results: Results, server: Server, measured: Measured, texts: float) -> float:
    """Bill a month of servers that answer short texts, and nothing else that Windvane does.

    Args:
        results: Prices, and how many texts a core answers.
        server: Which servers.
        measured: Requests of one kind; the size of their answers is paid.
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
    answer_bytes = measured.response_bytes + assumptions.response_header_bytes
    out = texts / measured.texts * answer_bytes / GB * prices.out_gb.each
    return HOURS_A_MONTH * hourly + disks + out


def bill_windvane(results: Results, measured: Measured, texts: float) -> float:
    """Bill a month of Windvane."""
    million = sum(bill_million(results, measured).values())
    return sum(bill_month(results).values()) + million * texts / MILLION


def find_break_even(results: Results, server: Server, measured: Measured) -> float:
    """Find from how many texts a month on a server costs less, while it needs no burst."""
    ours = bill_windvane(results, measured, 0)
    theirs = bill_server(results, server, measured, 0)
    our_million = bill_windvane(results, measured, MILLION) - ours
    their_million = bill_server(results, server, measured, MILLION) - theirs
    return max(0.0, (theirs - ours) / (our_million - their_million) * MILLION)


def find_comprehend_break_even(results: Results, measured: Measured) -> float:
    """Find up to how many texts a month, all of its first tier, Amazon Comprehend costs less."""
    ours = bill_windvane(results, measured, 0)
    our_million = bill_windvane(results, measured, MILLION) - ours
    return ours / (bill_comprehend(results.prices, measured.text_chars, 1) - our_million / MILLION)


def _price_balancer_hour(server: Server, prices: Prices) -> float:
    """Price a load balancer with one capacity unit, and an address in each zone."""
    addresses = server.count * prices.address_hour.each
    return prices.balancer_hour.each + prices.balancer_unit_hour.each + addresses
