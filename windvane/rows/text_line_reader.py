"""Reads plain text, a text per line."""

from collections.abc import Iterator

from windvane.rows.lines import Line, Lines
from windvane.rows.row import (
    Record,
    Reject,
    describe_undecodable,
    find_line_fault,
    to_record,
)


def read_text_lines(lines: Lines, text_column: str) -> Iterator[Record]:
    """Read one row per line; a text keeps the spaces around it."""
    for line in lines:
        content = decode_line(line, lines.encoding)
        if isinstance(content, Reject):
            yield content
        else:
            text = content.removesuffix("\n").removesuffix("\r")
            yield to_record(line.number, {text_column: text}, text_column)


def decode_line(line: Line, encoding: str) -> str | Reject:
    """Decode a line, or say why it cannot be used."""
    if fault := find_line_fault(line):
        return Reject(line.number, fault)
    try:
        return line.content.decode()
    except UnicodeDecodeError:
        return Reject(line.number, describe_undecodable(encoding))
