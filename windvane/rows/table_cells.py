"""Cells of spreadsheets and Parquet, as values that JSON can hold."""

import datetime
import math
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from windvane.rows.row import Record, to_record

_DATES = (datetime.date, datetime.time)  # a datetime is a date


def to_json_cell(cell: object) -> Any:  # noqa: ANN401 - whatever JSON holds
    """Return a cell as JSON has it: whole numbers without a fraction, dates as ISO 8601.

    A number that is not finite is missing, as in pandas.
    """
    if isinstance(cell, float):
        whole = int(cell) if cell.is_integer() else cell
        return whole if math.isfinite(cell) else None
    if isinstance(cell, Mapping):
        return {str(key): to_json_cell(value) for key, value in cell.items()}
    if isinstance(cell, list | tuple):
        return [to_json_cell(value) for value in cell]
    if isinstance(cell, str | bool | int | None):
        return cell
    return _to_string(cell)


def _to_string(cell: object) -> str:
    if isinstance(cell, bytes):
        return cell.decode("utf-8", "backslashreplace")
    return cell.isoformat() if isinstance(cell, _DATES) else str(cell)


def to_text_cell(cell: object) -> object:
    """Return a number or a date in a column of texts as the text that was typed."""
    value = to_json_cell(cell)
    if isinstance(value, bool):
        return str(value).upper()
    return str(value) if isinstance(value, int | float) else value


def build_table_record(
    number: int, columns: Sequence[str], cells: Iterable[object], text_column: str
) -> Record:
    """Build a row, or a reject, from the cells of a table."""
    row = {
        column: to_text_cell(cell) if column == text_column else to_json_cell(cell)
        for column, cell in zip(columns, cells, strict=True)
    }
    return to_record(number, row, text_column)
