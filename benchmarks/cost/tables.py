"""The page's tables."""

from benchmarks.cost.bill import AS_DEPLOYED, Bill, Choice, bill_million, bill_month
from benchmarks.cost.results import Results
from benchmarks.cost.rivals import bill_comprehend, bill_server, bill_windvane, list_servers
from benchmarks.cost.workload import CASES, MEMORIES_MB, Case
from benchmarks.table import Cell, Table

GOAL_USD = 5.0
MILLION = 1_000_000
VOLUMES = (10_000, 100_000, 1_000_000, 10_000_000, 100_000_000)
ONE_TWEET = Case("tweet", 1)
BATCH_OF_TWEETS = Case("tweet", 25)
SHOWN_PARTS = (ONE_TWEET, Case("review", 1), Case("long", 1), BATCH_OF_TWEETS, Case("review", 25))


TITLES = {"tweet": "tweets", "review": "reviews", "long": "long texts"}


def name_case(case: Case) -> str:
    """Name a kind of request."""
    return f"{TITLES[case.length]}, {case.texts} a request"


def show_usd(usd: float) -> str:
    """Print dollars, to the cent while that says something."""
    if 0 < usd < 0.005:  # noqa: PLR2004 - half a cent
        return "< 0.01"
    return f"{usd:,.2f}" if usd < 100 else f"{usd:,.0f}"  # noqa: PLR2004 - three digits


def sum_million(
    results: Results, case: Case, memory_mb: int | None = None, choice: Choice = AS_DEPLOYED
) -> float:
    """Sum a million texts; by default with the memory that is deployed."""
    measured = results.find(case, memory_mb or results.stack.memory_mb)
    return sum(bill_million(results, measured, choice).values())


def build_million_table(results: Results) -> Table:
    """Lay out a million texts by kind of request and memory; in bold what meets the goal."""
    deployed = results.stack.memory_mb
    headers = [
        "US dollars per million texts",
        *(f"{memory_mb:,} MB" for memory_mb in MEMORIES_MB),
        f"{deployed:,} MB, x86_64",
        "Comprehend",
    ]
    rows = []
    for case in CASES:
        sums = [sum_million(results, case, memory_mb) for memory_mb in MEMORIES_MB]
        sums.append(sum_million(results, case, choice=Choice(architecture="x86_64")))
        chars = results.find(case, deployed).text_chars
        rival = bill_comprehend(results.prices, chars, MILLION)
        cells = [Cell(show_usd(usd), best=usd < GOAL_USD) for usd in sums]
        rows.append([Cell(name_case(case)), *cells, Cell(show_usd(rival))])
    return Table(headers, rows)


def build_parts_table(results: Results) -> Table:
    """Lay out where the money goes, as deployed."""
    bills = [
        bill_million(results, results.find(case, results.stack.memory_mb)) for case in SHOWN_PARTS
    ]
    headers = ["US dollars per million texts", *map(name_case, SHOWN_PARTS)]
    rows = [[Cell(part), *(_show_part(bill, part) for bill in bills)] for part in bills[0]]
    total = [Cell(show_usd(sum(bill.values()))) for bill in bills]
    return Table(headers, [*rows, [Cell("all"), *total]])


def build_month_table(results: Results) -> Table:
    """Lay out what is paid by the month."""
    bill = bill_month(results)
    rows = [[Cell(part), Cell(show_usd(usd))] for part, usd in bill.items()]
    return Table(
        ["US dollars a month", ""], [*rows, [Cell("all"), Cell(show_usd(sum(bill.values())))]]
    )


def build_volume_table(results: Results) -> Table:
    """Lay out a month of tweets by volume, the cheapest in bold."""
    one, batch = (
        results.find(case, results.stack.memory_mb) for case in (ONE_TWEET, BATCH_OF_TWEETS)
    )
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
    """Lay out the durations: p50, mean and billed."""
    headers = ["ms: p50 / mean / billed", *(f"{memory_mb:,} MB" for memory_mb in MEMORIES_MB)]
    rows = []
    for case in CASES:
        cells = []
        for memory_mb in MEMORIES_MB:
            found = results.find(case, memory_mb)
            figures = (found.p50_ms, found.mean_ms, found.billed_ms)
            cells.append(Cell(" / ".join(f"{ms:,.1f}" for ms in figures)))
        rows.append([Cell(name_case(case)), *cells])
    init = [Cell(f"{results.measured.init_ms[memory_mb]:,.0f}") for memory_mb in MEMORIES_MB]
    return Table(headers, [*rows, [Cell("start of a process"), *init]])


def _show_part(bill: Bill, part: str) -> Cell:
    return Cell(show_usd(bill[part]), best=bill[part] == max(bill.values()))
