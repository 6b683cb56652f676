"""A table of results, as wide as the terminal."""

from collections.abc import Sequence

from rich.cells import cell_len
from rich.console import Console, JustifyMethod
from rich.table import Table

from windvane.cli.rich_tables import build_cell
from windvane.inference.language import OTHER
from windvane.result_log.record import ResultRecord
from windvane.rows.terminal_text import escape_line

GAP = 2
SHORTEST_TEXT = 20
MOST_TEXT_CHARS = 200
SECONDS_CHARS = len("2026-11-22T09:30:00")
DROP_ORDER = ("model", "chars", "client", "text", "language", "feedback", "time (UTC)")
"""Columns to drop from a table that is too wide, the first first."""


def print_table(records: Sequence[ResultRecord], console: Console) -> None:
    """Print at least the label, score and id of each.

    Args:
        records: One or more.
        console: Its width decides which other columns are shown.
    """
    columns = _to_columns(records)
    widths = _choose_widths(columns, console.width)
    table = Table(box=None, pad_edge=False, padding=(0, GAP, 0, 0))
    for title, width in widths.items():
        justify: JustifyMethod = "right" if title in {"score", "chars"} else "left"
        table.add_column(title, no_wrap=True, justify=justify, max_width=width, overflow="ellipsis")
    for row in zip(*(columns[title] for title in widths), strict=True):
        table.add_row(*map(build_cell, row))
    console.print(table)


def _to_columns(records: Sequence[ResultRecord]) -> dict[str, list[str]]:
    """Return the cells of each column, without columns whose cells are all empty."""
    columns = {
        "time (UTC)": [record.created_at[:SECONDS_CHARS].replace("T", " ") for record in records],
        "label": [escape_line(record.label) for record in records],
        "score": [f"{record.score:.3f}" for record in records],
        "feedback": [escape_line(record.feedback_label or "") for record in records],
        "chars": [f"{record.chars:,}" for record in records],
        "language": [OTHER if record.language == OTHER else "" for record in records],
        "model": [escape_line(record.model) for record in records],
        "client": [escape_line(record.client or "") for record in records],
        "id": [record.result_id for record in records],
        "text": [_to_printable(record.text or "") for record in records],
    }
    return {title: cells for title, cells in columns.items() if any(cells)}


def _choose_widths(columns: dict[str, list[str]], room: int) -> dict[str, int]:
    """Choose the columns that fit and their widths; the text gets the remaining width."""
    widths = {
        title: max(cell_len(cell) for cell in (title, *cells)) for title, cells in columns.items()
    }
    text_width = widths.get("text", 0)
    if text_width:
        widths["text"] = min(text_width, SHORTEST_TEXT)
    for title in DROP_ORDER:
        if _total(widths) > room:
            widths.pop(title, None)
    if "text" in widths:
        widths["text"] = min(text_width, widths["text"] + room - _total(widths))
    return widths


def _total(widths: dict[str, int]) -> int:
    return sum(widths.values()) + GAP * (len(widths) - 1)


def _to_printable(text: str) -> str:
    """Replace control characters, which would control the terminal."""
    return "".join(c if c.isprintable() else " " for c in text[:MOST_TEXT_CHARS])
