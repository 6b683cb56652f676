"""The bill of Windvane: for a million texts, and for a month without any."""

from dataclasses import dataclass
from typing import Literal

from benchmarks.cost.cost_results import Results
from benchmarks.cost.record_size import count_write_units
from benchmarks.cost.request_figures import RequestFigures
from windvane.facts import DEFAULT_SHADOW_SHARE, DRIFT_FEATURES

MILLION = 1_000_000
GB = 10**9
"""AWS counts 2**30 bytes; the smaller unit overestimates by 7 %."""

HOURS_A_MONTH = 730
HOURS_A_DAY = 24

DRIFT_METRICS = 2 * len(DRIFT_FEATURES) + 4
"""Two of each feature, the shares of repeats and corrections, records, figures beyond limits."""
DRIFT_ALARMS = 2
SHADOW_PARTS = (
    "Lambda, requests",
    "Lambda, time",
    "Lambda, cold starts",
    "result log, writes",
    "result log, storage",
)
"""Parts of the bill that a text costs again in shadow, one a request."""

Gateway = Literal["rest", "http", "none"]
Bill = dict[str, float]
"""US dollars by part."""


@dataclass(frozen=True)
class Choice:
    """Alternatives to what is deployed."""

    architecture: str = "arm64"
    gateway: Gateway = "rest"


AS_DEPLOYED = Choice()


def bill_million(results: Results, figures: RequestFigures, choice: Choice = AS_DEPLOYED) -> Bill:
    """Bill a million texts, without the monthly part."""
    prices, assumptions, stack = results.prices, results.assumptions, results.stack
    requests = MILLION / figures.texts
    gateway = {"rest": prices.rest_request.each, "http": prices.http_request.each, "none": 0.0}
    second = price_second(results, figures.memory_mb, choice.architecture)
    init_ms = results.measured.init_ms[figures.memory_mb] + assumptions.bundle_fetch_ms
    start = init_ms / 1e3 * second + assumptions.bundle_gets * prices.bucket_get.each
    item_bytes = figures.record_bytes + assumptions.item_overhead_bytes
    backup = prices.backup_gb_month.each
    out_gb = requests * (figures.response_bytes + assumptions.response_header_bytes) / GB
    writes = MILLION * count_write_units(figures.record_bytes)
    return {
        "API Gateway": requests * gateway[choice.gateway],
        "Lambda, requests": requests * prices.lambda_request.each,
        "Lambda, time": requests * figures.billed_ms / 1e3 * second,
        "Lambda, cold starts": requests * assumptions.cold_start_share * start,
        "result log, writes": writes * prices.table_write.each,
        "result log, storage": MILLION * price_storage(results, item_bytes, backup),
        "log lines": requests * price_log(results, figures.log_bytes + stack.access_log_bytes),
        "data out": out_gb * prices.out_gb.each,
    }


def bill_month(results: Results) -> Bill:
    """Bill the monthly part; metrics count as if they were written all month."""
    prices, assumptions, stack = results.prices, results.assumptions, results.stack
    bundles_gb = assumptions.bundles * assumptions.bundle_mb / 1e3
    return {
        "custom metrics": count_metrics(results) * prices.metric_month.each,
        "dashboard": stack.dashboards * prices.dashboard_month.each,
        "alarms": stack.alarms * prices.alarm_month.each,
        "secret": stack.secrets * prices.secret_month.each,
        "KMS and S3": assumptions.kms_calls * prices.kms_call.each
        + bundles_gb * prices.bucket_gb_month.each,
    }


def count_metrics(results: Results) -> int:
    """Count the metrics that the function writes, one for each label included."""
    return len(results.measured.metrics) + results.stack.labels


def price_second(results: Results, memory_mb: int, architecture: str) -> float:
    """Price a second of the function."""
    prices = results.prices
    gb_second = {"arm64": prices.lambda_gb_second_arm64, "x86_64": prices.lambda_gb_second_x86_64}
    return memory_mb / 1024 * gb_second[architecture].each


def price_storage(results: Results, stored_bytes: float, more: float = 0.0) -> float:
    """Price bytes in the table; ``more`` is added to the table's price of a GB and month."""
    gb_month = results.prices.table_gb_month.each + more
    return stored_bytes / GB * gb_month * to_months(results.stack.result_days)


def price_log(results: Results, logged_bytes: float) -> float:
    """Price bytes of log: ingestion and storage."""
    storage = results.prices.log_gb_month.each * to_months(results.stack.log_days)
    return logged_bytes / GB * (results.prices.log_gb.each + storage)


def bill_full_text(results: Results, figures: RequestFigures) -> float:
    """Bill the addition for storing a million texts in full."""
    prices = results.prices
    text_bytes = len("text") + figures.text_chars
    units = count_write_units(figures.record_bytes + text_bytes)
    more_units = units - count_write_units(figures.record_bytes)
    stored = price_storage(results, text_bytes, prices.backup_gb_month.each)
    return MILLION * (more_units * prices.table_write.each + stored)


def bill_second_index(results: Results, figures: RequestFigures) -> float:
    """Bill at most what the index by client adds to a million records. Backups leave it out."""
    item_bytes = figures.record_bytes + results.assumptions.item_overhead_bytes
    written = count_write_units(figures.record_bytes) * results.prices.table_write.each
    return MILLION * (written + price_storage(results, item_bytes))


def bill_shadow(results: Results, figures: RequestFigures) -> float:
    """Bill at most what a challenger adds to a million texts, of which it answers its share.

    Its function has the stage's memory, and its record is no larger than a result.
    """
    bill = bill_million(results, figures)
    return DEFAULT_SHADOW_SHARE * sum(bill[part] for part in SHADOW_PARTS)


def bill_monitor(results: Results) -> float:
    """Bill a month of the drift monitor: its alarms, and metrics in one hour of each day."""
    metrics = DRIFT_METRICS * results.prices.metric_month.each / HOURS_A_DAY
    return metrics + DRIFT_ALARMS * results.prices.alarm_month.each


def to_months(days: float) -> float:
    """Convert days to months of 730 hours, AWS's unit of storage time."""
    return days * HOURS_A_DAY / HOURS_A_MONTH
