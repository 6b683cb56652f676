"""Writes rows of results as CSV or JSON Lines."""

import csv
import json
from collections.abc import Callable, Mapping, Sequence
from typing import IO

from windvane.rows.formula_guard import guard_formulas

Row = Mapping[str, object]


def build_row_writer(
    stream: IO[str], row_format: str, columns: Sequence[str], *, raw: bool = False
) -> Callable[[Row], object]:
    """Build a function that writes a row.

    Args:
        stream: Receives the rows, and in CSV the header at once.
        row_format: ``csv`` or ``jsonl``.
        columns: The keys of each row.
        raw: Whether to leave CSV cells as they are that a spreadsheet would run as formulas.
    """
    if row_format == "jsonl":
        return lambda row: stream.write(json.dumps(row, ensure_ascii=False) + "\n")
    # Up to Python 3.12 the writer leaves a lone carriage return unquoted.
    writer = csv.DictWriter(stream, columns, lineterminator="\n", quoting=csv.QUOTE_NONNUMERIC)
    writer.writeheader()
    if raw:
        return writer.writerow
    return lambda row: writer.writerow({name: _guard(cell) for name, cell in row.items()})


def _guard(cell: object) -> object:
    return guard_formulas(cell) if isinstance(cell, str) else cell
