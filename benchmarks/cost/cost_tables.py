"""The page's tables."""

from benchmarks.cost.bill import AS_DEPLOYED, MILLION, Bill, Choice, bill_million, bill_month
from benchmarks.cost.cost_results import Results
from benchmarks.cost.rivals import bill_comprehend, bill_server, bill_windvane, list_servers
from benchmarks.cost.workload import BATCH_OF_TWEETS, CASES, MEMORIES_MB, ONE_TWEET, Case
from benchmarks.table import Cell, Table

GOAL_USD = 5.0
VOLUMES = (10_000, 100_000, 1_000_000, 10_000_000, 100_000_000)
PARTS_CASES = (ONE_TWEET, Case("review", 1), Case("long", 1), BATCH_OF_TWEETS, Case("review", 25))


def show_usd(usd: float) -> str:
    """Print dollars, with cents below a hundred."""
    if 0 < usd < 0.005:  # noqa: PLR2004 - half a cent
        return "< 0.01"
    return f"{usd:,.2f}" if usd < 100 else f"{usd:,.0f}"  # noqa: PLR2004 - three digits


def sum_million(
    results: Results, case: Case, memory_mb: int | None = None, choice: Choice = AS_DEPLOYED
) -> float:
    """Sum the bill of a million texts; by default with the deployed memory."""
    return sum(bill_million(results, results.find(case, memory_mb), choice).values())


def build_million_table(results: Results) -> Table:
    """Build the table of a million texts by kind of request and memory; below the goal in bold."""
    headers = [
        "US dollars per million texts",
        *(f"{memory_mb:,} MB" for memory_mb in MEMORIES_MB),
        f"{results.stack.memory_mb:,} MB, x86_64",
        "Comprehend",
    ]
    rows = []
    for case in CASES:
        sums = [sum_million(results, case, memory_mb) for memory_mb in MEMORIES_MB]
        sums.append(sum_million(results, case, choice=Choice(architecture="x86_64")))
        comprehend = bill_comprehend(results.prices, results.find(case).text_chars, MILLION)
        cells = [Cell(show_usd(usd), best=usd < GOAL_USD) for usd in sums]
        rows.append([Cell(case.title), *cells, Cell(show_usd(comprehend))])
    return Table(headers, rows)


def build_parts_table(results: Results) -> Table:
    """Build the table of the parts of the bill, as deployed; the largest in bold."""
    bills = [bill_million(results, results.find(case)) for case in PARTS_CASES]
    headers = ["US dollars per million texts", *(case.title for case in PARTS_CASES)]
    rows = [[Cell(part), *(_show_part(bill, part) for bill in bills)] for part in bills[0]]
    total = [Cell(show_usd(sum(bill.values()))) for bill in bills]
    return Table(headers, [*rows, [Cell("all"), *total]])


def build_month_table(results: Results) -> Table:
    """Build the table of the monthly part."""
    bill = bill_month(results)
    rows = [(part, show_usd(usd)) for part, usd in bill.items()]
    rows.append(("all", show_usd(sum(bill.values()))))
    return Table(["US dollars a month", ""], [[Cell(part), Cell(usd)] for part, usd in rows])


def build_volume_table(results: Results) -> Table:
    """Build the table of a month of tweets by volume; the cheapest in bold."""
    one, batch = results.find(ONE_TWEET), results.find(BATCH_OF_TWEETS)
    servers = list_servers(results)
    headers = ["tweets a month", "Windvane, 1 a request", "Windvane, 25 a request"]
    rows = []
    for texts in VOLUMES:
        usd = [
            bill_windvane(results, one, texts),
            bill_windvane(results, batch, texts),
            *(bill_server(results, server, one, texts) for server in servers),
            bill_comprehend(results.prices, one.text_chars, texts),
        ]
        cells = [Cell(show_usd(value), best=value == min(usd)) for value in usd]
        rows.append([Cell(f"{texts:,}"), *cells])
    return Table([*headers, *(server.title for server in servers), "Comprehend"], rows)


def build_measured_table(results: Results) -> Table:
    """Build the table of durations: p50, mean and billed."""
    headers = ["ms: p50 / mean / billed", *(f"{memory_mb:,} MB" for memory_mb in MEMORIES_MB)]
    rows = []
    for case in CASES:
        figures = [results.find(case, memory_mb) for memory_mb in MEMORIES_MB]
        cells = [f"{f.p50_ms:,.1f} / {f.mean_ms:,.1f} / {f.billed_ms:,.1f}" for f in figures]
        rows.append([case.title, *cells])
    init_ms = results.measured.init_ms
    rows.append(["start of a process", *(f"{init_ms[memory]:,.0f}" for memory in MEMORIES_MB)])
    return Table(headers, [[Cell(text) for text in row] for row in rows])


def _show_part(bill: Bill, part: str) -> Cell:
    return Cell(show_usd(bill[part]), best=bill[part] == max(bill.values()))
