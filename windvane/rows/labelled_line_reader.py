"""Reads text files with a label and a text per line, the format of fastText."""

from collections.abc import Iterator

from windvane.rows.lines import Lines
from windvane.rows.row import Record, Reject, to_record
from windvane.rows.text_line_reader import decode_line

_FASTTEXT = "__label__"


def read_labelled_lines(lines: Lines, text_column: str, label_column: str) -> Iterator[Record]:
    """Read ``label text`` or ``label<TAB>text``; empty lines are skipped."""
    for line in lines:
        content = decode_line(line, lines.encoding)
        if isinstance(content, Reject):
            yield content
        elif content.strip():
            yield _to_record(line.number, content.strip(), text_column, label_column)


def _to_record(number: int, content: str, text_column: str, label_column: str) -> Record:
    label, *text = content.split(maxsplit=1)
    if not text:
        return Reject(number, "there is no text behind the label")
    if text[0].startswith(_FASTTEXT):
        return Reject(number, "there is more than one label")
    columns = {label_column: label.removeprefix(_FASTTEXT), text_column: text[0]}
    return to_record(number, columns, text_column)
