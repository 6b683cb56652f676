"""The tables of the sections that ``make bench-bulk`` writes."""

from collections.abc import Sequence

from benchmarks.bulk.aws_limits import HISTORY_EVENTS
from benchmarks.bulk.bulk_bill import bill_job
from benchmarks.bulk.bulk_results import BulkRun
from benchmarks.bulk.simulation import CONCURRENCIES, SimulatedJob, Use
from benchmarks.cost.bill import MILLION
from benchmarks.cost.cost_tables import show_usd
from benchmarks.cost.prices import Prices
from benchmarks.table import Cell, Table, show_number

BILLED_CONCURRENCY = 10
"""A stage's default."""
MINUTE = 60
HALF_A_DIGIT = 0.00005


def build_speed_table(run: BulkRun) -> Table:
    """Build the table of rows beside the bare core."""
    headers = ["CPU ms a row", "bare core", "bulk job", "ratio, median", "lowest to highest"]
    rows = [
        [
            Cell(figures.kind),
            Cell(f"{figures.core_ms:.2f}"),
            Cell(f"{figures.work_ms:.2f}"),
            Cell(f"{figures.ratio:.2f}", best=True),
            Cell(f"{figures.lowest_ratio:.2f} to {figures.highest_ratio:.2f}"),
        ]
        for figures in run.work
    ]
    return Table(headers, rows)


def build_plan_table(run: BulkRun) -> Table:
    """Build the table of planning, by format."""
    files = run.files
    rows = [
        [Cell(name), Cell(f"{seconds:.3f}"), Cell(f"{files.plan_parts[name]}")]
        for name, seconds in files.plan_seconds.items()
    ]
    return Table(["planning one file", "CPU seconds", "parts"], rows)


def build_bill_table(jobs: Sequence[SimulatedJob], prices: Prices) -> Table:
    """Build the table of the bill of a million rows, of jobs of the same size."""
    bills = [bill_job(job, prices, BILLED_CONCURRENCY) for job in jobs]
    scales = [MILLION / job.rows for job in jobs]
    rows = [
        [
            Cell(part),
            *(Cell(show_small(b[part] * s)) for b, s in zip(bills, scales, strict=True)),
        ]
        for part in bills[0]
    ]
    totals = [sum(b.values()) * s for b, s in zip(bills, scales, strict=True)]
    rows.append([Cell("all"), *(Cell(show_small(total), best=True) for total in totals)])
    return Table(["US dollars per million rows", *(job.kind.title for job in jobs)], rows)


def build_size_table(jobs: Sequence[SimulatedJob], prices: Prices) -> Table:
    """Build the table of simulated jobs."""
    headers = ["rows", "GB", "parts", "MB a part", "seconds a part"]
    headers += [f"minutes, {concurrency:,} at once" for concurrency in CONCURRENCIES]
    rows = []
    for job in jobs:
        minutes = [job.estimate_seconds(concurrency) / MINUTE for concurrency in CONCURRENCIES]
        usd = sum(bill_job(job, prices, BILLED_CONCURRENCY).values())
        cells = [
            f"{job.rows:,} {job.kind.title}",
            f"{job.bucket.total_bytes / 1e9:,.1f}",
            f"{job.parts:,}",
            f"{job.part_bytes / 1e6:,.1f}",
            f"{job.part_seconds:,.0f}",
            *(f"{value:,.0f}" for value in minutes),
            show_usd(usd),
            show_nearest(job),
        ]
        rows.append([Cell(text) for text in cells])
    return Table([*headers, "US dollars", "nearest limit"], rows)


def build_limit_table(job: SimulatedJob) -> Table:
    """Build the table of every limit, for one job."""
    rows = [
        [
            Cell(use.limit.what),
            Cell(show_amount(use.used)),
            Cell(show_amount(use.limit.most)),
            Cell(f"{use.share:.1%}"),
            Cell(f"<{use.limit.source}>" if use.limit.source else "Windvane's own"),
        ]
        for use in job.list_uses(max(CONCURRENCIES))
    ]
    return Table(["limit", "used", "at most", "share", "AWS's page"], rows)


def find_nearest(job: SimulatedJob) -> Use:
    """Find the limit that is nearest, at the largest concurrency, of those that a size changes."""
    uses = job.list_uses(max(CONCURRENCIES))
    return next(use for use in uses if use.limit is not HISTORY_EVENTS)


def show_nearest(job: SimulatedJob) -> str:
    """Print the nearest limit."""
    nearest = find_nearest(job)
    return f"{nearest.limit.what}: {nearest.share:.0%}"


def show_small(usd: float) -> str:
    """Print dollars that may be a fraction of a cent."""
    if usd < HALF_A_DIGIT:
        return "< 0.0001"
    return f"{usd:.4f}" if usd < 1 else show_usd(usd)


def show_amount(value: float) -> str:
    """Print about three digits, or a whole number."""
    return f"{value:,.0f}" if value >= MINUTE else show_number(value)
