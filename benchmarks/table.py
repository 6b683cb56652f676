"""Tables of figures, with a renderer for Markdown and one for the terminal."""

from dataclasses import dataclass

from rich.table import Table as RichTable

MISSING = "-"


@dataclass(frozen=True)
class Cell:
    """One cell; ``best`` sets it in bold."""

    text: str
    best: bool = False


@dataclass(frozen=True)
class Table:
    """Rows of cells under headers; the first column holds the titles."""

    headers: list[str]
    rows: list[list[Cell]]


def show_number(value: float | None) -> str:
    """Print about three digits."""
    if value is None:
        return MISSING
    decimals = 2 if value < 10 else 1 if value < 100 else 0  # noqa: PLR2004 - powers of ten
    return f"{value:,.{decimals}f}"


def to_markdown(table: Table) -> str:
    """Render a Markdown table, without a newline at the end."""
    lines = [table.headers, ["---"] + ["---:"] * (len(table.headers) - 1)]
    lines += [[f"**{c.text}**" if c.best else c.text for c in row] for row in table.rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def to_rich(table: Table) -> RichTable:
    """Render a table for the terminal."""
    rich = RichTable()
    for i, header in enumerate(table.headers):
        rich.add_column(header, justify="right" if i else "left")
    for row in table.rows:
        rich.add_row(*(f"[bold green]{c.text}[/]" if c.best else c.text for c in row))
    return rich
