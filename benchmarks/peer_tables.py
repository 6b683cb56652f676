"""The tables of peers and of servers."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from benchmarks.latency import Latency
from benchmarks.peer_figures import PeerFigures, ServerFigures, ratio
from benchmarks.table import MISSING, Cell, Table, show_number

Figures = TypeVar("Figures", PeerFigures, ServerFigures)


@dataclass(frozen=True)
class Column(Generic[Figures]):
    """How a column is read from the figures.

    Attributes:
        header: Its header.
        value: The figure that is compared.
        show: Text of a cell; by default three digits of the value.
        highest_is_best: For rates.
        with_ratio: Adds the multiple of the first row's figure.
    """

    header: str
    value: Callable[[Figures], float | None]
    show: Callable[[Figures], str] | None = None
    highest_is_best: bool = False
    with_ratio: bool = True


def build_peer_table(peers: Sequence[PeerFigures]) -> Table:
    """Build the table of peers, Windvane first."""
    threads = sorted({count for figures in peers for count in figures.latency})
    return _build_table(
        [
            *map(_latency_column, threads),
            Column("texts/s", lambda f: f.texts_per_second, highest_is_best=True),
            Column("start to first prediction, ms", lambda f: f.start_ms),
            Column("peak memory, MB", lambda f: f.peak_mb),
            Column("packages, MB", lambda f: f.packages_mb),
            Column("model, MB", lambda f: f.model_mb, with_ratio=False),
            Column(
                "labels as torch",
                lambda f: f.agreement,
                show=lambda f: show_percent(f.agreement),
                highest_is_best=True,
                with_ratio=False,
            ),
        ],
        peers,
    )


def build_server_table(servers: Sequence[ServerFigures]) -> Table:
    """Build the table of servers, Windvane first."""
    clients = sorted({count for figures in servers for count in figures.requests_per_second})
    return _build_table(
        [
            Column(
                "one client: p50 / p95 / p99 ms",
                lambda f: f.latency.p50_ms if f.latency else None,
                show=lambda f: show_latency(f.latency),
            ),
            *map(_rate_column, clients),
            Column("start to first 200, ms", lambda f: f.start_ms),
            Column("peak memory, MB", lambda f: f.peak_mb),
            Column("errors", lambda f: f.errors, show=lambda f: str(f.errors), with_ratio=False),
        ],
        servers,
    )


def show_percent(share: float | None) -> str:
    """Print a share of 0 to 1 as a percentage."""
    return MISSING if share is None else f"{share:.1%}"


def show_latency(latency: Latency | None) -> str:
    """Print the three percentiles."""
    if latency is None:
        return MISSING
    return " / ".join(map(show_number, (latency.p50_ms, latency.p95_ms, latency.p99_ms)))


def _latency_column(threads: int) -> Column[PeerFigures]:
    return Column(
        f"{threads} thread{'s' * (threads > 1)}: p50 / p95 / p99 ms",
        lambda f: f.latency[threads].p50_ms if threads in f.latency else None,
        show=lambda f: show_latency(f.latency.get(threads)),
    )


def _rate_column(clients: int) -> Column[ServerFigures]:
    return Column(
        f"requests/s, {clients} clients",
        lambda f: f.requests_per_second.get(clients),
        highest_is_best=True,
    )


def _build_table(columns: Sequence[Column[Figures]], entries: Sequence[Figures]) -> Table:
    cells = [_build_cells(column, entries) for column in columns]
    titles = [Cell(entry.title) for entry in entries]
    return Table(
        ["", *(column.header for column in columns)],
        [list(row) for row in zip(titles, *cells, strict=True)],
    )


def _build_cells(column: Column[Figures], entries: Sequence[Figures]) -> list[Cell]:
    values = [column.value(entry) for entry in entries]
    measured = [value for value in values if value is not None]
    choose = max if column.highest_is_best else min
    best = choose(measured) if measured else None
    cells = []
    for entry, value in zip(entries, values, strict=True):
        text = column.show(entry) if column.show else show_number(value)
        times = ratio(value, values[0])
        if column.with_ratio and entry is not entries[0] and times is not None:
            text += f" ({show_number(times)}x)"
        cells.append(Cell(text, best=value is not None and value == best))
    return cells
