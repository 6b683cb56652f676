"""What a run leaves behind: JSON with every figure, and Markdown for the README."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from benchmarks.cold_start.measure import ColdStart
from benchmarks.machine import caption
from benchmarks.table import Cell, Table, show_number, to_markdown

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
    """One run; the floor's row is the first.

    Attributes:
        machine: What it ran on.
        rounds: Starts that each figure is the median of.
        warm: Starts with everything in the page cache, by row.
        cold: Starts that read from disk, by row; empty where the cache could not be dropped.
        flask_ms: The tutorials' Flask app, process start to first answer.
    """

    machine: dict[str, Any]
    rounds: int
    warm: Mapping[str, ColdStart]
    cold: Mapping[str, ColdStart]
    flask_ms: float | None


def build_table(results: Results) -> Table:
    """Lay out the rows, each start beside the floor's."""
    (floor, *_) = results.warm.values()
    headers = ["ms", "start to first answer", "floor", *PARTS.values(), "from disk"]
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
    as_json = json.dumps(asdict(results), indent=2, ensure_ascii=False)
    (folder / "cold.json").write_text(as_json + "\n", encoding="utf-8")
    note = (
        f"Medians of {results.rounds} starts, measured {caption(results.machine)}\n\n"
        "The event is sent to the answer is there, under AWS's runtime emulator; the bundle comes "
        "from a file server on loopback without TLS, the result goes to moto. What stands in "
        "brackets runs beside the imports. From disk: the page cache dropped before the start.\n"
    )
    markdown = f"{to_markdown(build_table(results))}\n{note}"
    (folder / "cold.md").write_text(markdown, encoding="utf-8")
