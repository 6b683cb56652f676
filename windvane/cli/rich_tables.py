"""Tables of figures in the terminal."""

from rich.box import HEAVY_HEAD
from rich.console import Console
from rich.table import Table
from rich.text import Text

from windvane.evaluation.figure_table import Cell, FigureTable
from windvane.rows.terminal_text import escape_line

PIPED_WIDTH = 200
"""Columns of a table that goes to a file or a pipe, so that nothing is cut or broken there."""
_STYLES = {True: "green", False: "bold red", None: ""}


def open_console() -> Console:
    """Open stdout, as wide as the terminal or else `PIPED_WIDTH`."""
    console = Console(highlight=False)
    if not console.is_terminal:
        console.width = PIPED_WIDTH
    return console


def build_cell(text: str) -> Text:
    """Build a cell without markup, its control characters shown as escapes."""
    return Text(escape_line(text))


def build_rich_table(figure_table: FigureTable, *, has_box: bool) -> Table:
    """Lay a table out for rich."""
    table = Table(box=HEAVY_HEAD, pad_edge=True) if has_box else Table(box=None, pad_edge=False)
    for column in figure_table.columns_in("terminal"):
        table.add_column(
            build_cell(column.name),
            justify="right" if column.is_number else "left",
            overflow="ellipsis" if column.is_number else "fold",
        )
    for row in figure_table.rows_in("terminal"):
        table.add_row(*map(_build_text, row))
    return table


def _build_text(cell: Cell) -> Text:
    """Add half the interval's width, in percentage points: 69.39% ±9.2."""
    interval = cell.interval
    margin = f" ±{50 * (interval.high - interval.low):.1f}" if interval else ""
    return Text(escape_line(cell.text + margin), _STYLES[cell.is_good])
