"""The tables of peers and of servers."""

from collections.abc import Sequence
from dataclasses import dataclass

from benchmarks.latency import Latency
from benchmarks.peer_figures import PeerFigures, ServerFigures, ratio
from benchmarks.table import MISSING, Cell, Table, show_number


@dataclass(frozen=True)
class Column:
    """One figure of all peers, Windvane first.

    Attributes:
        header: Its header.
        values: Figures that are compared.
        texts: Cells; by default three digits of each value.
        highest_is_best: For rates.
        with_ratio: Adds the multiple of Windvane's figure.
    """

    header: str
    values: Sequence[float | None]
    texts: Sequence[str] | None = None
    highest_is_best: bool = False
    with_ratio: bool = True

    def build_cells(self) -> list[Cell]:
        """Build the cells, the best in bold."""
        measured = [value for value in self.values if value is not None]
        choose = max if self.highest_is_best else min
        best = choose(measured, default=None)
        texts = self.texts or [show_number(value) for value in self.values]
        cells = []
        for i, (text, value) in enumerate(zip(texts, self.values, strict=True)):
            times = ratio(value, self.values[0]) if self.with_ratio and i else None
            suffix = "" if times is None else f" ({show_number(times)}x)"
            cells.append(Cell(text + suffix, best=value is not None and value == best))
        return cells


def build_peer_table(peers: Sequence[PeerFigures]) -> Table:
    """Build the table of peers, Windvane first."""
    shares = [f.agreement for f in peers]
    columns = [
        *(
            _latency_column(
                f"{threads} thread{'s' * (threads > 1)}", [f.latency.get(threads) for f in peers]
            )
            for threads in sorted({count for f in peers for count in f.latency})
        ),
        Column("texts/s", [f.texts_per_second for f in peers], highest_is_best=True),
        Column("start to first prediction, ms", [f.start_ms for f in peers]),
        Column("peak memory, MB", [f.peak_mb for f in peers]),
        Column("packages, MB", [f.packages_mb for f in peers]),
        Column("model, MB", [f.model_mb for f in peers], with_ratio=False),
        Column(
            "labels as torch",
            shares,
            [show_percent(share) for share in shares],
            highest_is_best=True,
            with_ratio=False,
        ),
        *_spread_column(
            "one text / texts/s",
            [(f.p50_spread.get(min(f.latency, default=1)), f.rate_spread) for f in peers],
        ),
    ]
    return _build_table([f.title for f in peers], columns)


def build_server_table(servers: Sequence[ServerFigures]) -> Table:
    """Build the table of servers, Windvane first."""
    errors = [f.errors for f in servers]
    columns = [
        _latency_column("one client", [f.latency for f in servers]),
        *(
            Column(
                f"requests/s, {clients} clients",
                [f.requests_per_second.get(clients) for f in servers],
                highest_is_best=True,
            )
            for clients in sorted({count for f in servers for count in f.requests_per_second})
        ),
        *(
            Column(
                f"CPU ms a request, {_count_clients(clients)}",
                [f.cpu_ms.get(clients) for f in servers],
            )
            for clients in sorted({count for f in servers for count in f.requests_per_second})[:1]
            if any(f.cpu_ms for f in servers)
        ),
        Column("start to first 200, ms", [f.start_ms for f in servers]),
        Column("peak memory, MB", [f.peak_mb for f in servers]),
        Column("errors", errors, [str(count) for count in errors], with_ratio=False),
        *_spread_column(
            "p50 / requests/s",
            [(f.p50_spread, max(f.rate_spread.values(), default=None)) for f in servers],
        ),
    ]
    return _build_table([f.title for f in servers], columns)


def show_percent(share: float | None) -> str:
    """Print a share of 0 to 1 as a percentage."""
    return MISSING if share is None else f"{share:.1%}"


def show_latency(latency: Latency | None) -> str:
    """Print the three percentiles."""
    if latency is None:
        return MISSING
    return " / ".join(map(show_number, (latency.p50_ms, latency.p95_ms, latency.p99_ms)))


def _latency_column(title: str, latencies: Sequence[Latency | None]) -> Column:
    return Column(
        f"{title}: p50 / p95 / p99 ms",
        [latency.p50_ms if latency else None for latency in latencies],
        [show_latency(latency) for latency in latencies],
    )


def _spread_column(
    title: str, spreads: Sequence[tuple[float | None, float | None]]
) -> list[Column]:
    """Build the column of spreads; none of results from before they were kept."""
    if all(value is None for pair in spreads for value in pair):
        return []
    texts = [f"{show_whole_percent(one)} / {show_whole_percent(many)}" for one, many in spreads]
    return [Column(f"spread of {title}", [None] * len(texts), texts, with_ratio=False)]


def show_whole_percent(share: float | None) -> str:
    """Print a share of 0 to 1 as a whole percentage."""
    return MISSING if share is None else f"{share:.0%}"


def _count_clients(clients: int) -> str:
    return f"{clients} client{'s' * (clients > 1)}"


def _build_table(titles: Sequence[str], columns: Sequence[Column]) -> Table:
    rows = zip(map(Cell, titles), *(column.build_cells() for column in columns), strict=True)
    return Table(["", *(column.header for column in columns)], [list(row) for row in rows])
