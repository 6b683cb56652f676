"""What ``docs/cost.md`` says below its figures: choices, omissions, method and prices."""

from collections.abc import Iterable

from benchmarks.cost.bill import (
    Choice,
    Gateway,
    bill_full_text,
    bill_million,
    bill_second_index,
    price_log,
)
from benchmarks.cost.cpu_share import PERIOD_US
from benchmarks.cost.prices import Price
from benchmarks.cost.results import Results
from benchmarks.cost.tables import (
    BATCH_OF_TWEETS,
    MILLION,
    ONE_TWEET,
    TITLES,
    build_measured_table,
    show_usd,
    sum_million,
)
from benchmarks.cost.workload import MEMORIES_MB, Case
from benchmarks.machine import caption
from benchmarks.table import to_markdown
from windvane.facts import MEMORY_MB_PER_VCPU

MEASURED_WITH = ("onnxruntime", "tokenizers")
SHORT_RETENTION_DAYS = 7
FIREWALL_RULES = 2


def write_cheaper(results: Results) -> Iterable[str]:
    """Say which choices would cost less, and what each gives up."""
    deployed = sum_million(results, ONE_TWEET)
    yield f"Saved on a million tweets sent one a request (${show_usd(deployed)}):"
    rows = [
        f"| {choice} | {show_usd(saved)} | {loss} |"
        for choice, saved, loss in list_choices(results, deployed)
    ]
    yield "\n".join(["| choice | US dollars | gives up |", "| --- | ---: | --- |", *rows])
    yield (
        "Batches need no setting; memory and retention are lines of `infra/stages.py`. An HTTP API "
        "is not offered ([DECISIONS.md](../DECISIONS.md) says why), nor, likewise, a function URL."
    )


def list_choices(results: Results, deployed: float) -> Iterable[tuple[str, float, str]]:
    """List choices: what, what it saves, what it gives up."""
    stack, prices = results.stack, results.prices
    least = min(MEMORIES_MB)
    small, usual = (results.find(ONE_TWEET, memory) for memory in (least, stack.memory_mb))
    bill = bill_million(results, usual)
    storage = bill["result log, storage"]
    backup = prices.backup_gb_month.each
    backup_share = backup / (backup + prices.table_gb_month.each)

    def save(
        case: Case = ONE_TWEET, memory_mb: int | None = None, gateway: Gateway = "rest"
    ) -> float:
        return deployed - sum_million(results, case, memory_mb, Choice(gateway=gateway))

    yield "25 texts a request (`/v1/classify`)", save(BATCH_OF_TWEETS), "the caller collects them"
    yield (
        "HTTP API for REST",
        save(gateway="http"),
        "keys, usage plans, WAF, the gateway's problem documents; callers bring tokens or sign, "
        "or it stands open",
    )
    yield (
        "function URL for a gateway",
        save(gateway="none"),
        "the same, throttles and access log; callers sign, or it stands open",
    )
    yield "no result log", storage + bill["result log, writes"], "looking results up"
    yield (
        f"results kept {SHORT_RETENTION_DAYS} days, as in `dev`",
        storage * (1 - SHORT_RETENTION_DAYS / stack.result_days),
        "the older ones",
    )
    yield "no point-in-time recovery", storage * backup_share, "undoing a mistake"
    yield (
        f"{least} MB of memory",
        save(memory_mb=least),
        f"time: {small.mean_ms:.0f} ms on average, not {usual.mean_ms:.0f}",
    )


def write_extras(results: Results) -> Iterable[str]:
    """Say what else may be paid, and what is not."""
    prices = results.prices
    kept = [
        f"${show_usd(bill_full_text(results, results.find(case, results.stack.memory_mb)))} for "
        f"{TITLES[case.length]}"
        for case in (ONE_TWEET, Case("review", 1), Case("long", 1))
    ]
    index = bill_second_index(results, results.find(ONE_TWEET, results.stack.memory_mb))
    system_log = MILLION * price_log(results, results.assumptions.system_log_bytes)
    firewall = prices.firewall_month.each + FIREWALL_RULES * prices.firewall_rule_month.each
    lines = [
        f"Texts kept in full (`store_text`): {', '.join(kept)} more a million.",
        f"A second index of the table: none is kept. It would write each record again, "
        f"${show_usd(index)} a million with its storage; the table's own key is the index by time.",
        f"Looking a result up: a request, and ${prices.table_read.usd:g} a million reads.",
        "X-Ray, on in `dev`: the first request of each second and 5 % of the others, "
        f"${prices.trace.usd:.2f} a million traced.",
        f"Lambda's own log lines, on in `dev`: about ${show_usd(system_log)} a million requests.",
        f"WAF, where it is switched on: ${show_usd(firewall)} a month with its {FIREWALL_RULES} "
        f"rules, and ${prices.firewall_request.usd:.2f} a million requests.",
        "Requests without a valid key and throttled ones, which API Gateway does not charge.",
        "Free tiers, discounts, taxes, support and people.",
    ]
    yield "\n".join(f"- {line}" for line in lines)


def write_method(results: Results) -> Iterable[str]:
    """Say how it was measured, and what had to be assumed."""
    versions = results.machine["versions"]
    machine = {**results.machine, "versions": {name: versions[name] for name in MEASURED_WITH}}
    yield to_markdown(build_measured_table(results))
    yield (
        f"Measured {caption(machine)} The function ran under Lambda's own runtime client "
        "(awslambdaric) on a warm process, and was fed API Gateway events one after the other, "
        "each timed until its answer was there. Billed is the mean of the durations, each rounded "
        "up to a millisecond. A control group held the process to the CPU that Lambda gives its "
        f"memory, memory / {MEMORY_MB_PER_VCPU:,} MB of a core in periods of {PERIOD_US // 1000} "
        "ms. Without pauses a request never finds CPU saved up, so with little memory sparse "
        "requests are quicker, and cheaper, than this. Sizes of log lines, records and answers "
        "are those of these runs; a GB is counted as 10^9 bytes."
    )
    yield "Assumed, without AWS to measure on:"
    yield "\n".join(f"- {line}" for line in list_assumptions(results))
    yield (
        "`python -m benchmarks.cost` measures (two minutes; Linux, root, a machine otherwise idle) "
        "and writes this page, `benchmarks/results/cost.json` and `cost.png`. With `--render` it "
        "measures nothing and bills those figures by the prices in `benchmarks/cost/prices.json`."
    )


def list_assumptions(results: Results) -> Iterable[str]:
    """List what could not be measured."""
    assumptions, stack = results.assumptions, results.stack
    one = results.find(ONE_TWEET, stack.memory_mb)
    time = bill_million(results, one)["Lambda, time"]
    yield (
        "Lambda's processors are as quick as this one, arm64 as quick as x86_64; neither was "
        f"measured. At half the speed a million tweets would cost at most ${show_usd(time)} more."
    )
    yield (
        f"DynamoDB takes {assumptions.table_wait_ms:g} ms for a batch of up to 25 records and "
        f"{assumptions.table_wait_ms_per_record:g} ms for each of them: waiting is billed. A "
        "loopback server waited so long, so the durations hold it; it is not AWS's latency."
    )
    yield (
        f"{100 * assumptions.cold_start_share:g} % of requests start a process (AWS: under 1 %), "
        f"billed as measured here and {assumptions.bundle_fetch_ms:g} ms for the bundle from S3."
    )
    yield (
        f"An answer has {assumptions.response_header_bytes} bytes of headers and TLS; a line of "
        f"the access log {stack.access_log_bytes} bytes, beside {one.log_bytes:.0f} of the "
        f"function's. A record has {one.record_bytes:.0f} bytes, and DynamoDB adds "
        f"{assumptions.item_overhead_bytes}."
    )
    yield (
        f"DynamoDB asks KMS for its key {assumptions.kms_calls:,} times a month; "
        f"{assumptions.bundles} bundles are kept."
    )


def write_prices(results: Results) -> Iterable[str]:
    """List the prices."""
    prices = results.prices
    yield (
        f"List prices of {prices.region} as of {prices.as_of} by our reading, without free tiers. "
        "AWS's own pages could not be opened where this was written: some prices were seen on the "
        "pages named last, the others are from memory. Check them before relying on a figure."
    )
    head = ["| price | US dollars | for | AWS's page | seen |", "| --- | ---: | --- | --- | --- |"]
    yield "\n".join([*head, *map(_show_price, prices.all)])


def _show_price(price: Price) -> str:
    unit = price.unit if price.per == 1 else f"{price.per:,} {price.unit}"
    seen = f"<{price.seen}>" if price.seen else "from memory"
    return f"| {price.what} | {price.usd:g} | {unit} | <{price.source}> | {seen} |"
