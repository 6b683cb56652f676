"""Reads JSON Lines: an object or a string per line."""

import json
from collections.abc import Iterator
from typing import Any

from windvane.rows.lines import Line, Lines
from windvane.rows.row import Record, Reject, describe_undecodable, find_line_fault, to_record

NOT_UNICODE = "the row is not valid Unicode (a lone surrogate)"
NO_ROW = "it is neither a text nor an object"
TOO_DEEP = "the JSON is nested too deeply"


def read_jsonl_rows(lines: Lines, text_column: str) -> Iterator[Record]:
    """Read one row per line; empty lines are skipped."""
    for line in lines:
        if line.content.strip():
            yield _read_line(line, text_column, lines.encoding)


def build_json_record(number: int, element: object, text_column: str) -> Record:
    """Build a row from what was parsed, or a reject if it cannot be written again.

    Python parses what other programs refuse: NaN, infinity, lone surrogates.
    """
    try:
        json.dumps(element, ensure_ascii=False, allow_nan=False).encode()
    except UnicodeEncodeError:
        return Reject(number, NOT_UNICODE)
    except RecursionError:
        return Reject(number, TOO_DEEP)
    except ValueError:
        return Reject(number, "the row holds a number that is too large or not finite")
    if isinstance(element, str):
        return to_record(number, {text_column: element}, text_column)
    if not isinstance(element, dict):
        return Reject(number, NO_ROW)
    return to_record(number, element, text_column)


def _read_line(line: Line, text_column: str, encoding: str) -> Record:
    if fault := find_line_fault(line):
        return Reject(line.number, fault)
    try:
        parsed: Any = json.loads(line.content.decode().rstrip())
    except UnicodeDecodeError:
        return Reject(line.number, describe_undecodable(encoding))
    except json.JSONDecodeError as error:
        fault = error.msg.removesuffix(" at")
        return Reject(line.number, f"malformed JSON: {fault} at character {error.colno}")
    except RecursionError:
        return Reject(line.number, TOO_DEEP)
    except ValueError:
        return Reject(line.number, "the row holds a number that is too large or not finite")
    return build_json_record(line.number, parsed, text_column)
