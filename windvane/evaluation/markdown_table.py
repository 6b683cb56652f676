"""Tables of figures in Markdown."""

from windvane.evaluation.figure_table import FigureTable


def to_markdown(table: FigureTable) -> str:
    """Lay a table out as a page does; intervals that are not in a cell's text are left out."""
    columns = table.columns_in("page")
    lines = [
        [escape_markdown(column.name) for column in columns],
        ["---:" if column.is_number else "---" for column in columns],
        *([escape_markdown(cell.text) for cell in row] for row in table.rows_in("page")),
    ]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def escape_markdown(text: str) -> str:
    """Keep a file's name or a label from being read as markup."""
    escaped = "".join(f"\\{char}" if char in "\\|`*_[]<>#!&" else char for char in text)
    return " ".join(escaped.split())
