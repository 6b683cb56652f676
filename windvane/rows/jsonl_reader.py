"""Reads JSON Lines: one object per line."""

import json
from collections.abc import Iterator
from typing import Any

from windvane.rows.lines import Line, Lines
from windvane.rows.row import LINE_TOO_LONG, NOT_UTF8, Record, Reject, to_record

NOT_UNICODE = "the row is not valid Unicode (a lone surrogate)"


def read_jsonl_rows(lines: Lines, text_column: str) -> Iterator[Record]:
    """Read one row per line; empty lines are skipped."""
    for line in lines:
        if line.content.strip():
            yield _to_record(line, text_column)


def _to_record(line: Line, text_column: str) -> Record:
    if line.cut:
        return Reject(line.number, LINE_TOO_LONG)
    try:
        columns = _parse(line.content)
    except (ValueError, RecursionError) as error:
        return Reject(line.number, _reason(error))
    if not isinstance(columns, dict):
        return Reject(line.number, "the line is not a JSON object")
    return to_record(line.number, columns, text_column)


def _parse(content: bytes) -> Any:  # noqa: ANN401 - whatever JSON holds
    """Parse a line, and check that it can be written again.

    Python parses what other programs refuse: NaN, infinity, lone surrogates.
    """
    parsed = json.loads(content.decode().rstrip())
    json.dumps(parsed, ensure_ascii=False, allow_nan=False).encode()
    return parsed


def _reason(error: ValueError | RecursionError) -> str:
    match error:
        case UnicodeDecodeError():
            return NOT_UTF8
        case UnicodeEncodeError():
            return NOT_UNICODE
        case json.JSONDecodeError():
            fault = error.msg.removesuffix(" at")
            return f"malformed JSON: {fault} at character {error.colno}"
        case RecursionError():
            return "the JSON is nested too deeply"
        case _:
            return "the row holds a number that is too large or not finite"
