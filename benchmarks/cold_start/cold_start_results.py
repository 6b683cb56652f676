"""Results of a run of cold starts: JSON with every figure, and Markdown."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks.cold_start.cold_start import ColdStart
from benchmarks.command_line import write_json
from benchmarks.markdown_page import render_page
from benchmarks.table import Cell, Table, show_number

PARTS = {
    "runtime": "runtime",
    "imports": "imports",
    "bundle": "(bundle)",
    "classifier": "(session)",
    "waiting": "waiting for it",
    "first_run": "first run",
    "log": "log",
}


@dataclass(frozen=True, kw_only=True)
class Results:
    """One run; the floor is the first row.

    Attributes:
        machine: The machine of the run.
        rounds: Starts that each figure is the median of.
        warm: Starts with everything in the page cache, by row.
        cold: Starts that read from disk, by row; empty where the cache could not be dropped.
        flask_ms: The tutorials' Flask app, from the start of the process to the first response.
    """

    machine: dict[str, Any]
    rounds: int
    warm: Mapping[str, ColdStart]
    cold: Mapping[str, ColdStart]
    flask_ms: float | None


def build_table(results: Results) -> Table:
    """Build the table, with the ratio of each start to the floor's."""
    (floor, *_) = results.warm.values()
    headers = ["ms", "start to first response", "floor", *PARTS.values(), "from disk"]
    rows = []
    for title, start in results.warm.items():
        cold = results.cold.get(title)
        parts = [show_number(getattr(start, part)) for part in PARTS]
        total = [show_number(start.total), f"{start.total / floor.total:.2f}x"]
        rows.append([title, *total, *parts, show_number(cold.total if cold else None)])
    if results.flask_ms is not None:
        flask = [show_number(results.flask_ms), f"{results.flask_ms / floor.total:.1f}x"]
        missing = [show_number(None)] * (len(PARTS) + 1)
        rows.append(["Flask + transformers pipeline", *flask, *missing])
    return Table(headers, [[Cell(text) for text in row] for row in rows])


def write_results(folder: Path, results: Results) -> None:
    """Write ``cold.json`` and ``cold.md``."""
    folder.mkdir(parents=True, exist_ok=True)
    write_json(folder / "cold.json", results)
    page = render_page("cold_start/cold.md.jinja", results=results, table=build_table(results))
    (folder / "cold.md").write_text(page, encoding="utf-8")
