"""The speeds of every family in one table, and who leads."""

from collections.abc import Callable, Mapping, Sequence

from benchmarks.cold_start.cold_start_results import FLOOR, OURS, ColdResults
from benchmarks.family_results import FamilyResults
from benchmarks.http_servers import SQLITE_SERVER
from benchmarks.peer_figures import PeerFigures, ServerFigures
from benchmarks.peer_registry import TORCH, WINDVANE
from benchmarks.processor_family import title_family
from benchmarks.server_process import WINDVANE_SERVER
from benchmarks.table import MISSING, Cell, Table, show_number

FASTAPI = "fastapi_int8"
CLIENTS = 8
ReadFigure = Callable[[PeerFigures], float | None]


def build_overview(families: Sequence[FamilyResults], cold: Mapping[str, ColdResults]) -> Table:
    """Build the table: a row for each figure, a column for each family."""
    rows = [
        ("one text of 20 tokens, one thread, p50 in ms; fastest other library", _show_one_text),
        (
            "the same over HTTP, one client: `make serve` / no result log / FastAPI + int8",
            _show_http,
        ),
        (f"requests/s with {CLIENTS} clients, in the same order", _show_rates),
        ("many texts on 2 threads, texts/s; fastest other library", _show_many),
        (
            "cold start, emulated, ms; multiple of its floor",
            lambda family: _show_cold(cold.get(family.family)),
        ),
        ("model / packages on disk, MB; packages of the torch pipeline", _show_sizes),
    ]
    headers = ["", *(title_family(family.family) for family in families)]
    return Table(
        headers,
        [[Cell(title), *(Cell(show(family)) for family in families)] for title, show in rows],
    )


def describe_leaders(peers: Sequence[PeerFigures]) -> str:
    """Name the best library for each figure, and Windvane's figure where it is another."""
    texts = [
        _describe_leader("One text, one thread", "ms", peers, p50_of),
        _describe_leader("Texts/s", "a second", peers, rate_of, choose=max),
        _describe_leader("Start to first prediction", "ms", peers, lambda peer: peer.start_ms),
        _describe_leader("Peak memory", "MB", peers, lambda peer: peer.peak_mb),
    ]
    return " ".join(text for text in texts if text)


def p50_of(peer: PeerFigures) -> float | None:
    """Read the median time of one text on one thread."""
    return peer.latency[1].p50_ms if 1 in peer.latency else None


def rate_of(peer: PeerFigures) -> float | None:
    """Read the rate of many texts."""
    return peer.texts_per_second


def name_list(names: Sequence[str]) -> str:
    """Join names as in a sentence."""
    return " and ".join(filter(None, [", ".join(names[:-1]), names[-1]]))


def _describe_leader(
    title: str,
    unit: str,
    peers: Sequence[PeerFigures],
    read: ReadFigure,
    *,
    choose: Callable[..., PeerFigures] = min,
) -> str:
    measured = [peer for peer in peers if read(peer) is not None]
    if not measured:
        return ""
    best = choose(measured, key=read)
    ours = read(peers[0])
    own = "" if best is peers[0] else f" (Windvane {show_number(ours)})"
    return f"{title}: {best.title} is first with {show_number(read(best))} {unit}{own}."


def _show_one_text(family: FamilyResults) -> str:
    return _show_beside_best(family, p50_of, min)


def _show_many(family: FamilyResults) -> str:
    return _show_beside_best(family, rate_of, max)


def _show_http(family: FamilyResults) -> str:
    latencies = [server.latency if server else None for server in _find_servers(family)]
    return _join_figures([latency.p50_ms if latency else None for latency in latencies])


def _show_rates(family: FamilyResults) -> str:
    servers = _find_servers(family)
    return _join_figures([s.requests_per_second.get(CLIENTS) if s else None for s in servers])


def _show_cold(results: ColdResults | None) -> str:
    if results is None:
        return MISSING
    ours, floor = results.warm[OURS].total, results.warm[FLOOR].total
    return f"{show_number(ours)}; {ours / floor:.2f}"


def _show_sizes(family: FamilyResults) -> str:
    figures = family.peers.figures if family.peers else {}
    if not (ours := figures.get(WINDVANE)):
        return MISSING
    torch = figures.get(TORCH)
    packages = show_number(torch.packages_mb if torch else None)
    return f"{_join_figures([ours.model_mb, ours.packages_mb])}; {packages}"


def _show_beside_best(
    family: FamilyResults, read: ReadFigure, choose: Callable[..., PeerFigures]
) -> str:
    """Show Windvane's figure, and the best of the other libraries."""
    figures = dict(family.peers.figures) if family.peers else {}
    ours = figures.pop(WINDVANE, None)
    if ours is None:
        return MISSING
    others = [peer for peer in figures.values() if read(peer) is not None]
    own = show_number(read(ours))
    if not others:
        return own
    best = choose(others, key=read)
    return f"{own}; {best.title} {show_number(read(best))}"


def _find_servers(family: FamilyResults) -> list[ServerFigures | None]:
    figures = family.servers.figures if family.servers else {}
    return [figures.get(name) for name in (SQLITE_SERVER, WINDVANE_SERVER.name, FASTAPI)]


def _join_figures(values: Sequence[float | None]) -> str:
    return " / ".join(map(show_number, values))
