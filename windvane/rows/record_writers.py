"""Writes records as CSV, whose cells no spreadsheet runs as a formula, or as JSON Lines."""

import csv
import json
from collections.abc import Callable, Mapping, Sequence
from math import isfinite
from typing import IO, Any

from windvane.rows.formula_guard import guard_formulas

Fields = Mapping[str, Any]
RecordWriter = Callable[[Fields], object]


def build_record_writer(
    stream: IO[str], record_format: str, columns: Sequence[str], *, raw: bool = False
) -> RecordWriter:
    """Build a function that writes a record.

    Args:
        stream: Receives the records, and in CSV the header at once.
        record_format: ``csv`` or ``jsonl``.
        columns: The header of CSV; a field that a record lacks is empty.
        raw: Whether to leave CSV cells as they are that a spreadsheet would run as formulas.
    """
    if record_format == "jsonl":
        return lambda fields: stream.write(json.dumps(fields, ensure_ascii=False) + "\n")
    guard: Callable[[str], str] = str if raw else guard_formulas
    writer = csv.writer(stream, lineterminator="\n")
    # Up to Python 3.12 the writer leaves a lone carriage return unquoted. And without quotes, what
    # looks like a byte order mark at the start of a line would be taken for one.
    quoting_writer = csv.writer(stream, lineterminator="\n", quoting=csv.QUOTE_ALL)

    def write_record(fields: Sequence[Any]) -> None:
        cells = [_to_cell(field, guard) for field in fields]
        is_quoted = any("\r" in cell or cell.startswith("\ufeff") for cell in cells)
        (quoting_writer if is_quoted else writer).writerow(cells)

    write_record(columns)
    return lambda fields: write_record([fields.get(column) for column in columns])


def _to_cell(field: Any, guard: Callable[[str], str]) -> str:  # noqa: ANN401 - whatever JSON holds
    if field is None:
        return ""
    # As json.dumps writes them, and no number is a formula: most cells are scores.
    if type(field) is int or (type(field) is float and isfinite(field)):
        return repr(field)
    return guard(field if isinstance(field, str) else json.dumps(field, ensure_ascii=False))
