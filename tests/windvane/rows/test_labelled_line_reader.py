"""Plain files with a label and a text a line."""

from __future__ import annotations

import io

import pytest

from windvane.rows.labelled_line_reader import read_labelled_lines
from windvane.rows.lines import Lines
from windvane.rows.row import LINE_TOO_LONG, NOT_UTF8, Record, Reject, Row


def read(content: bytes, longest_bytes: int = 100) -> list[Record]:
    lines = Lines(io.BytesIO(content), longest_bytes=longest_bytes)
    return list(read_labelled_lines(lines, "text", "label"))


@pytest.mark.parametrize(
    ("line", "label", "text"),
    [
        ("positive good day", "positive", "good day"),
        ("positive\tgood day", "positive", "good day"),
        ("positive \t good\tday ", "positive", "good\tday"),
        ("__label__positive good day", "positive", "good day"),
        ("4 good day\r", "4", "good day"),
        ("\ufeffpositive good", "positive", "good"),
        ("negative : (", "negative", ": ("),
    ],
    ids=["space", "tab", "several spaces", "fastText", "CRLF", "byte order mark", "colon"],
)
def test_label_stands_before_the_text(line: str, label: str, text: str) -> None:
    [row] = read(f"{line}\n".encode())

    assert row == Row(1, text, {"label": label, "text": text})


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        (b"positive", "there is no text behind the label"),
        (b"positive \t ", "there is no text behind the label"),
        (b"__label__a __label__b good", "there is more than one label"),
        ("positive \u200b".encode(), "the text breaks a rule: not blank"),
        (b"positive \xff", NOT_UTF8),
        (b"positive " + b"x" * 100, LINE_TOO_LONG),
    ],
    ids=["no text", "only spaces", "two labels", "unseen", "not UTF-8", "long"],
)
def test_bad_line_costs_itself_alone(line: bytes, reason: str) -> None:
    records = read(line + b"\nnegative bad\n")

    assert records[0] == Reject(1, reason)
    assert isinstance(records[1], Row)


def test_empty_lines_hold_no_row_and_are_counted() -> None:
    records = read(b"\na good\n  \nb bad")

    assert [record.line for record in records] == [2, 4]


def test_columns_are_named_as_asked() -> None:
    [row] = read_labelled_lines(Lines(io.BytesIO(b"5 good")), "review", "stars")

    assert isinstance(row, Row)
    assert row.columns == {"stars": "5", "review": "good"}
