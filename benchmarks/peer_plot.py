"""Plot of the figures as bars, Windvane's in colour."""

from collections.abc import Sequence
from pathlib import Path

from matplotlib.axes import Axes  # type: ignore[import-not-found, unused-ignore]
from matplotlib.figure import Figure  # type: ignore[import-not-found, unused-ignore]

from benchmarks.family_results import FamilyResults
from benchmarks.machine import caption
from benchmarks.peer_figures import PeerFigures, ServerFigures
from benchmarks.table import show_number

OURS = "#0f766e"
OTHERS = "#b6bec9"
INK = "#1f2933"
ROOM_FOR_NUMBERS = 1.22
Bars = list[tuple[str, float | None]]


def write_plot(path: Path, results: FamilyResults) -> None:
    """Draw six panels of horizontal bars into a PNG."""
    peers = list(results.peers.figures.values()) if results.peers else []
    servers = list(results.servers.figures.values()) if results.servers else []
    run = results.peers or results.servers or results.many_texts
    figure = Figure(figsize=(15, 8.4), layout="constrained", facecolor="white")
    panels = figure.subplots(2, 3).flat
    for panel, (title, bars) in zip(panels, _build_panels(peers, servers), strict=True):
        draw_bars(panel, title, bars)
    figure.suptitle("Windvane beside its peers", fontsize=16, color=INK, fontweight="bold")
    figure.supxlabel(caption(run.machine) if run else "", fontsize=8, color=INK, wrap=True)
    figure.savefig(path, dpi=110)


def draw_bars(panel: Axes, title: str, bars: Bars) -> None:
    """Draw one bar for each figure that was measured, the first on top."""
    measured = [(name, value) for name, value in bars if value is not None]
    names = [name for name, _ in measured]
    values = [value for _, value in measured]
    colours = [OURS if name.startswith("Windvane") else OTHERS for name in names]
    drawn = panel.barh(range(len(values)), values, color=colours)
    panel.bar_label(drawn, [show_number(value) for value in values], padding=3, color=INK)
    panel.set_yticks(range(len(names)), names, color=INK)
    panel.invert_yaxis()
    panel.set_title(title, loc="left", color=INK, fontsize=11)
    panel.set_xlim(0, max(values, default=1) * ROOM_FOR_NUMBERS)
    panel.xaxis.set_visible(False)
    panel.spines[["top", "right", "bottom"]].set_visible(False)
    panel.tick_params(axis="y", length=0)


def _build_panels(
    peers: Sequence[PeerFigures], servers: Sequence[ServerFigures]
) -> list[tuple[str, Bars]]:
    clients = min((c for f in servers for c in f.requests_per_second), default=1)
    fewest = min((threads for figures in peers for threads in figures.latency), default=1)
    return [
        (
            f"One short text, {fewest} thread, median ms",
            [(f.title, f.latency[fewest].p50_ms if f.latency else None) for f in peers],
        ),
        (
            "Texts a second (more is better)",
            [(f.title, f.texts_per_second) for f in peers],
        ),
        ("Start to first prediction, ms", [(f.title, f.start_ms) for f in peers]),
        ("Peak memory, MB", [(f.title, f.peak_mb) for f in peers]),
        ("Installed packages, MB", [(f.title, f.packages_mb) for f in peers]),
        (
            f"HTTP requests a second, {clients} clients (more is better)",
            [(f.title, f.requests_per_second.get(clients)) for f in servers],
        ),
    ]
