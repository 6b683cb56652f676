"""Reads text files with a label and a text per line, the format of fastText."""

from collections.abc import Iterator

from windvane.rows.lines import Line, Lines
from windvane.rows.row import LINE_TOO_LONG, NOT_UTF8, Record, Reject, to_record

_FASTTEXT = "__label__"


def read_labelled_lines(lines: Lines, text_column: str, label_column: str) -> Iterator[Record]:
    """Read ``label text`` or ``label<TAB>text``; empty lines are skipped."""
    for line in lines:
        if line.content.strip():
            yield _to_record(line, text_column, label_column)


def _to_record(line: Line, text_column: str, label_column: str) -> Record:
    if line.cut:
        return Reject(line.number, LINE_TOO_LONG)
    try:
        content = line.content.decode().strip()
    except UnicodeDecodeError:
        return Reject(line.number, NOT_UTF8)
    label, *text = content.split(maxsplit=1)
    if not text:
        return Reject(line.number, "there is no text behind the label")
    if text[0].startswith(_FASTTEXT):
        return Reject(line.number, "there is more than one label")
    columns = {label_column: label.removeprefix(_FASTTEXT), text_column: text[0]}
    return to_record(line.number, columns, text_column)
