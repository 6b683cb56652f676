"""The sections of ``docs/bulk.md`` that ``make bench-bulk`` writes, between two markers."""

from pathlib import Path

from benchmarks.bulk import aws_limits, bulk_tables
from benchmarks.bulk.bulk_bill import bill_job
from benchmarks.bulk.bulk_results import BulkRun
from benchmarks.bulk.row_kinds import KINDS, TWEETS
from benchmarks.bulk.simulation import CONCURRENCIES, CONNECTIONS, SimulatedJob, simulate
from benchmarks.command_line import BenchmarkError
from benchmarks.cost.bill import MILLION, bill_million
from benchmarks.cost.cost_page import PACKAGES
from benchmarks.cost.cost_results import add_inputs, read_run
from benchmarks.cost.cost_tables import show_usd, sum_million
from benchmarks.cost.rivals import bill_comprehend
from benchmarks.cost.workload import Case
from benchmarks.markdown_page import render_page, replace_sections
from windvane.facts import MEMORY_MB_PER_VCPU
from windvane.jobs.errors import JobError
from windvane.jobs.plan import MAX_PARTS
from windvane.jobs.planning import FUNCTION_LIMITS
from windvane.jobs.size_limits import SizeLimits

COMMAND = "python -m benchmarks.bulk --render"
BILLED_ROWS = 50 * MILLION
LARGEST_ROWS = 1000 * MILLION
GOAL_USD = 0.1
GOAL_RATIO = 0.9


def build_sections(run: BulkRun) -> str:
    """Render the sections."""
    versions = run.machine["versions"]
    results = add_inputs(read_run())
    jobs = [simulate(kind, BILLED_ROWS, run) for kind in KINDS]
    largest = [job for kind in KINDS if (job := simulate_or_refuse(run, kind.title))]
    tweets = next(job for job in jobs if job.kind is TWEETS)
    bill = bill_job(tweets, results.prices, bulk_tables.BILLED_CONCURRENCY)
    return render_page(
        "bulk/bulk.md.jinja",
        run=run,
        machine={**run.machine, "versions": {name: versions[name] for name in PACKAGES}},
        tables=bulk_tables,
        jobs=jobs,
        all_jobs=[*jobs, *(job for job in largest if isinstance(job, SimulatedJob))],
        refusals=[refusal for refusal in largest if isinstance(refusal, str)],
        refused_join=find_refusal(run),
        tweets=tweets,
        largest_tweets=largest[0],
        prices=results.prices,
        limits=aws_limits,
        sizes=SizeLimits(),
        max_whole_mb=(FUNCTION_LIMITS.max_whole_bytes or 0) / 1e6,
        max_parts=MAX_PARTS,
        connections=CONNECTIONS,
        concurrency=bulk_tables.BILLED_CONCURRENCY,
        most_at_once=max(CONCURRENCIES),
        memory_mb=MEMORY_MB_PER_VCPU,
        usd=show_usd,
        tweets_usd=sum(bill.values()) * MILLION / BILLED_ROWS,
        request_usd=sum_million(results, Case("tweet", 100)),
        one_request_usd=sum(bill_million(results, results.find(Case("tweet", 1))).values()),
        comprehend_usd=bill_comprehend(results.prices, TWEETS.text_chars, MILLION),
        goal_usd=GOAL_USD,
        goal_ratio=GOAL_RATIO,
    )


def simulate_or_refuse(run: BulkRun, title: str) -> SimulatedJob | str:
    """Simulate the largest job of a kind of rows, or return why the plan refuses it."""
    kind = next(kind for kind in KINDS if kind.title == title)
    try:
        return simulate(kind, LARGEST_ROWS, run)
    except JobError as error:
        return f"{LARGEST_ROWS:,} {title}: {error}"


def find_refusal(run: BulkRun) -> str:
    """Return why the plan refuses to join the largest job.

    Raises:
        BenchmarkError: It does not.
    """
    try:
        simulate(TWEETS, LARGEST_ROWS, run, join=True)
    except JobError as error:
        return str(error)
    raise BenchmarkError("The plan joins a billion rows, which finish could not do in time.")


def write_page(path: Path, run: BulkRun) -> None:
    """Write the sections into the page.

    Raises:
        MarkersMissingError: The page has no place for them.
    """
    page = path.read_text(encoding="utf-8")
    path.write_text(replace_sections(page, COMMAND, build_sections(run)), encoding="utf-8")
