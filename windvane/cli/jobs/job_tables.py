"""Tables of jobs in the terminal."""

from collections.abc import Iterable, Sequence

from rich.console import Console
from rich.table import Table

from windvane.cli.rich_tables import build_cell

WIDTH = 140
"""Fixed, so that the table is not cut in the log of a script."""


def print_job_table(columns: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    """Print a table of jobs."""
    table = Table(box=None, pad_edge=False)
    for column in columns:
        table.add_column(build_cell(column), no_wrap=True)
    for row in rows:
        table.add_row(*map(build_cell, row))
    Console(width=WIDTH).print(table)
