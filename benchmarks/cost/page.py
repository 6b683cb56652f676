"""``docs/cost.md``, written from the results alone: the answer and the figures."""

from collections.abc import Iterable

from benchmarks.cost.bill import Bill, bill_million, bill_month, count_metrics
from benchmarks.cost.notes import write_cheaper, write_extras, write_method, write_prices
from benchmarks.cost.results import Results
from benchmarks.cost.rivals import (
    bill_comprehend,
    bill_server,
    find_break_even,
    find_comprehend_break_even,
    list_servers,
)
from benchmarks.cost.tables import (
    BATCH_OF_TWEETS,
    GOAL_USD,
    MILLION,
    ONE_TWEET,
    TITLES,
    build_million_table,
    build_month_table,
    build_parts_table,
    build_volume_table,
    name_case,
    show_usd,
    sum_million,
)
from benchmarks.cost.workload import CASES
from benchmarks.table import to_markdown

SERVERS_IN_THE_ANSWER = ("t4g.nano", "t4g.small")


def build_page(results: Results) -> str:
    """Write the page."""
    parts = [
        "# What a million texts cost",
        *write_answer(results),
        "## By memory and length",
        *write_million(results),
        "## Where it goes",
        *write_parts(results),
        "## Beside Comprehend and a server",
        *write_rivals(results),
        "## What would be cheaper",
        *write_cheaper(results),
        "## What is not in it",
        *write_extras(results),
        "## How it was computed",
        *write_method(results),
        "## Prices",
        *write_prices(results),
    ]
    return "\n\n".join(part.strip() for part in parts) + "\n"


def write_answer(results: Results) -> Iterable[str]:
    """Say what it costs, whether the goal holds, and where a server is cheaper."""
    stack = results.stack
    one = results.find(ONE_TWEET, stack.memory_mb)
    bill = bill_million(results, one)
    total = show_usd(sum(bill.values()))
    part, usd = max(bill.items(), key=lambda item: item[1])
    rival = bill_comprehend(results.prices, one.text_chars, MILLION)
    yield (
        f"A million tweets, one a request, cost **${total}** as Windvane is deployed (stage "
        f"`prod`: {stack.memory_mb:,} MB, {stack.architecture}, results kept for "
        f"{stack.result_days} days), **${show_usd(sum_million(results, BATCH_OF_TWEETS))}** at 25 "
        f"a request, and ${show_usd(rival)} with Amazon Comprehend. On top come "
        f"**${show_usd(sum(bill_month(results).values()))} a month** for metrics, dashboard and "
        f"alarms. {part} is ${show_usd(usd)} of the ${total}."
    )
    yield write_goal(results)
    servers = [
        f"{_show_volume(find_break_even(results, server, one))} ({server.title}, "
        f"${show_usd(bill_server(results, server, one, 0))} a month)"
        for server in list_servers(results)
        if server.title in SERVERS_IN_THE_ANSWER
    ]
    yield (
        f"Up to {_show_volume(find_comprehend_break_even(results, one))} tweets a month Comprehend "
        f"is cheaper. An always-on server is from {' or '.join(servers)} on, one tweet a request: "
        "without keys, result log, alarms, or a second one."
    )


def write_goal(results: Results) -> str:
    """Say for which requests the goal holds, and for which it does not."""
    usd = {case: sum_million(results, case) for case in CASES}
    held = [f"{name_case(case)}" for case in CASES if usd[case] < GOAL_USD]
    missed = [f"{name_case(c)} (${show_usd(usd[c])})" for c in CASES if usd[c] >= GOAL_USD]
    room = GOAL_USD - usd[BATCH_OF_TWEETS]
    volume = sum(bill_month(results).values()) / room * MILLION if room > 0 else float("inf")
    return (
        f'"Under ${GOAL_USD:.0f} a million" **holds** for {"; ".join(held) or "nothing"}. It '
        f"**does not hold** for {'; '.join(missed) or 'nothing'}. With the monthly part, tweets at "
        f"25 a request come under it from {_show_volume(volume)} a month on."
    )


def write_million(results: Results) -> Iterable[str]:
    """Show a million texts by memory and length."""
    tokens = {
        case.length: results.find(case, results.stack.memory_mb).text_tokens
        for case in reversed(CASES)
    }
    lengths = [f"{TITLES[name]} about {tokens[name]:.0f}" for name in TITLES]
    yield to_markdown(build_million_table(results))
    yield (
        f"arm64 but where it says otherwise; in bold what is under ${GOAL_USD:.0f}. Tokens of a "
        f"text: {', '.join(lengths)} (two windows of the model). A hundred long texts a request "
        "were not measured: with little memory they outlast the gateway's 29 s. Up to 1,769 MB "
        "memory hardly matters to the price and much to the wait: choose it by latency."
    )


def write_parts(results: Results) -> Iterable[str]:
    """Show each part, and the month's."""
    yield to_markdown(build_parts_table(results))
    yield "As deployed, the largest part of each in bold. Each month, whatever is asked:"
    yield to_markdown(build_month_table(results))
    yield (
        f"{count_metrics(results)} metrics, {results.stack.dashboards} dashboard, "
        f"{results.stack.alarms} alarms. A metric is paid for the hours in which it is written: a "
        "stage that nobody calls pays for dashboard and alarms."
    )


def write_rivals(results: Results) -> Iterable[str]:
    """Show a month by volume, and where it breaks even."""
    one, batch = (
        results.find(case, results.stack.memory_mb) for case in (ONE_TWEET, BATCH_OF_TWEETS)
    )
    yield "US dollars a month, the cheapest in bold:"
    yield to_markdown(build_volume_table(results))
    yield "![A month by volume](../benchmarks/results/cost.png)"
    yield "\n".join(
        f"- {server.title}: cheaper from "
        f"{_show_volume(find_break_even(results, server, one))} tweets a month on, or "
        f"{_show_volume(find_break_even(results, server, batch))} at 25 a request."
        for server in list_servers(results)
    )
    yield (
        "Each server runs `windvane serve`, has a disk and a public address, and an even load; CPU "
        "beyond its baseline is billed. It has no keys, throttles, result log, alarms or dashboard "
        "(the same table alone would add "
        f"${show_usd(_sum_result_log(bill_million(results, one)))} a million), somebody patches "
        "it, and one alone is down when it is down. "
        f"{results.server_texts_per_vcpu_second:.0f} texts a second and core are what `make bench` "
        "measured, not on a Graviton. Amazon Comprehend is paid by units of 100 characters, at "
        "least three a text, and less above ten million units."
    )


def _sum_result_log(bill: Bill) -> float:
    return bill["result log, writes"] + bill["result log, storage"]


def _show_volume(texts: float) -> str:
    return f"{texts / MILLION:.1f} million" if texts >= MILLION else f"{round(texts, -3):,.0f}"
