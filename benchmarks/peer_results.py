"""Results of a run of peers: JSON with every figure, Markdown for the README, a plot."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks.command_line import write_json
from benchmarks.machine import caption
from benchmarks.markdown_page import render_page
from benchmarks.peer_figures import PeerFigures, ServerFigures
from benchmarks.peer_tables import build_peer_table, build_server_table
from benchmarks.plan import Plan


@dataclass(frozen=True, kw_only=True)
class Results:
    """One run."""

    machine: dict[str, Any]
    plan: Plan
    peers: Mapping[str, PeerFigures]
    servers: Mapping[str, ServerFigures]
    failures: Mapping[str, str]


def write_results(folder: Path, results: Results) -> None:
    """Write ``bench.json``, ``bench.md`` and ``bench.png``."""
    from benchmarks.peer_plot import write_plot  # needs matplotlib

    folder.mkdir(parents=True, exist_ok=True)
    write_json(folder / "bench.json", results)
    (folder / "bench.md").write_text(build_markdown(results), encoding="utf-8")
    write_plot(
        folder / "bench.png",
        list(results.peers.values()),
        list(results.servers.values()),
        caption(results.machine),
    )


def build_markdown(results: Results) -> str:
    """Render the two tables, with the notes and the settings of the peers."""
    return render_page(
        "bench.md.jinja",
        results=results,
        peer_table=build_peer_table(list(results.peers.values())),
        server_table=build_server_table(list(results.servers.values())),
    )


def render_notes(results: Results) -> str:
    """Render how the figures were measured, and which peers are missing."""
    return render_page("bench_notes.md.jinja", results=results)
