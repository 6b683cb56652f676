"""``docs/cost.md``: the figures that its template shows."""

from collections.abc import Mapping

from benchmarks.cost import cost_tables
from benchmarks.cost.bill import (
    DRIFT_METRICS,
    MILLION,
    Choice,
    bill_full_text,
    bill_million,
    bill_monitor,
    bill_month,
    bill_second_index,
    bill_shadow,
    count_metrics,
    price_log,
)
from benchmarks.cost.cost_results import Results
from benchmarks.cost.cost_tables import GOAL_USD, show_usd, sum_million
from benchmarks.cost.cpu_share import PERIOD_US
from benchmarks.cost.rivals import (
    bill_comprehend,
    bill_server,
    find_break_even,
    find_comprehend_break_even,
    list_servers,
)
from benchmarks.cost.workload import BATCH_OF_TWEETS, CASES, MEMORIES_MB, ONE_TWEET, TITLES, Case
from benchmarks.markdown_page import render_page
from benchmarks.processor_family import is_arm, title_family
from windvane.facts import DEFAULT_SHADOW_SHARE, MEMORY_MB_PER_VCPU

PACKAGES = ("onnxruntime", "tokenizers")
SHORT_RETENTION_DAYS = 7
FIREWALL_RULES = 2


def build_page(results: Results) -> str:
    """Render the page."""
    versions = results.machine["versions"]
    family = results.machine["family"]
    one = results.find(ONE_TWEET)
    return render_page(
        "cost/cost.md.jinja",
        results=results,
        stack=results.stack,
        prices=results.prices,
        assumptions=results.assumptions,
        measured=results.measured,
        machine={**results.machine, "versions": {name: versions[name] for name in PACKAGES}},
        family=title_family(family),
        is_arm=is_arm(family),
        architecture_note=describe_architecture(family),
        memory_mb_per_vcpu=MEMORY_MB_PER_VCPU,
        period_ms=PERIOD_US // 1000,
        tables=cost_tables,
        titles=TITLES,
        goal_usd=GOAL_USD,
        usd=show_usd,
        volume=show_volume,
        one=one,
        small=results.find(ONE_TWEET, min(MEMORIES_MB)),
        bill=bill_million(results, one),
        month_usd=sum(bill_month(results).values()),
        metrics=count_metrics(results),
        cases_usd={case: sum_million(results, case) for case in CASES},
        tokens={length: results.find(Case(length, 1)).text_tokens for length in TITLES},
        batch_usd=sum_million(results, BATCH_OF_TWEETS),
        goal_volume=find_goal_volume(results),
        comprehend_usd=bill_comprehend(results.prices, one.text_chars, MILLION),
        comprehend_volume=find_comprehend_break_even(results, one),
        servers=compute_servers(results),
        savings=compute_savings(results),
        short_retention_days=SHORT_RETENTION_DAYS,
        extras=compute_extras(results),
        firewall_rules=FIREWALL_RULES,
        drift_metrics=DRIFT_METRICS,
        shadow_share=DEFAULT_SHADOW_SHARE,
    )


def describe_architecture(family: str) -> str:
    """Say on which architecture the durations behind the prices were measured."""
    if is_arm(family):
        return f"Durations were measured on {title_family(family)}, which is arm64."
    return (
        f"All durations, and the servers' texts a second, were measured on {title_family(family)}, "
        "which is x86_64. **arm64, which is deployed by default and which the servers below have, "
        "has never been timed.**"
    )


def find_goal_volume(results: Results) -> float:
    """Compute the tweets a month at which 25 a request, monthly part included, meet the goal."""
    room = GOAL_USD - sum_million(results, BATCH_OF_TWEETS)
    return sum(bill_month(results).values()) / room * MILLION if room > 0 else float("inf")


def compute_servers(results: Results) -> Mapping[str, Mapping[str, float]]:
    """Compute the price of each server and the tweets a month above which it costs less."""
    one, batch = results.find(ONE_TWEET), results.find(BATCH_OF_TWEETS)
    return {
        server.title: {
            "month_usd": bill_server(results, server, one, 0),
            "one_volume": find_break_even(results, server, one),
            "batch_volume": find_break_even(results, server, batch),
        }
        for server in list_servers(results)
    }


def compute_savings(results: Results) -> Mapping[str, float]:
    """Compute what each choice saves on a million tweets sent one a request."""
    prices = results.prices
    bill = bill_million(results, results.find(ONE_TWEET))
    deployed = sum(bill.values())
    storage = bill["result log, storage"]
    backup_share = prices.backup_gb_month.each / (
        prices.backup_gb_month.each + prices.table_gb_month.each
    )
    return {
        "batches": deployed - sum_million(results, BATCH_OF_TWEETS),
        "http_api": deployed - sum_million(results, ONE_TWEET, choice=Choice(gateway="http")),
        "function_url": deployed - sum_million(results, ONE_TWEET, choice=Choice(gateway="none")),
        "result_log": storage + bill["result log, writes"],
        "retention": storage * (1 - SHORT_RETENTION_DAYS / results.stack.result_days),
        "backup": storage * backup_share,
        "memory": deployed - sum_million(results, ONE_TWEET, min(MEMORIES_MB)),
    }


def compute_extras(results: Results) -> Mapping[str, float]:
    """Compute what the bill leaves out.

    Firewall and monitor are by the month, all others for a million texts or requests.
    """
    prices = results.prices
    return {
        **{length: bill_full_text(results, results.find(Case(length, 1))) for length in TITLES},
        "index": bill_second_index(results, results.find(ONE_TWEET)),
        "monitor": bill_monitor(results),
        "shadow": bill_shadow(results, results.find(ONE_TWEET)),
        "system_log": MILLION * price_log(results, results.assumptions.system_log_bytes),
        "firewall": prices.firewall_month.each + FIREWALL_RULES * prices.firewall_rule_month.each,
    }


def show_volume(texts: float) -> str:
    """Print a number of texts in thousands or millions."""
    return f"{texts / MILLION:.1f} million" if texts >= MILLION else f"{round(texts, -3):,.0f}"
