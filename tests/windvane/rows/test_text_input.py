"""Texts read from files: good rows, bad rows, and files that are not what they should be."""

import io
from collections.abc import Sequence

import pytest

from windvane.inference.text_rules import LONGEST_TEXT_CHARS
from windvane.rows.errors import InputFileError
from windvane.rows.row import Record, Reject, Row
from windvane.rows.text_input import (
    TextInput,
    batch_records,
    build_text_input,
    format_of,
    read_texts,
)


def read(content: str | bytes, file_format: str, text_column: str = "text") -> TextInput:
    raw = content.encode() if isinstance(content, str) else content
    return read_texts(io.BytesIO(raw), file_format, text_column)


def texts_of(records: Sequence[Record]) -> list[tuple[int, str]]:
    return [(record.line, record.text) for record in records if isinstance(record, Row)]


def rejects_of(records: Sequence[Record]) -> list[tuple[int, str]]:
    return [(record.line, record.reason) for record in records if isinstance(record, Reject)]


@pytest.mark.parametrize(
    ("name", "file_format"),
    [
        ("a.csv", "csv"),
        ("dir.x/A.CSV", "csv"),
        ("a.jsonl", "jsonl"),
        ("a.ndjson", "jsonl"),
        ("a.txt", "text"),
        ("-", "text"),
    ],
)
def test_format_of_goes_by_the_suffix(name: str, file_format: str) -> None:
    assert format_of(name) == file_format


def test_format_of_refuses_to_guess() -> None:
    with pytest.raises(InputFileError, match=r"a\.xlsx .*--format"):
        format_of("a.xlsx")


def test_build_text_input_numbers_texts() -> None:
    records = list(build_text_input(["good", " ", "bad"], "text").records)

    assert texts_of(records) == [(1, "good"), (3, "bad")]
    assert rejects_of(records) == [(2, "the text breaks a rule: not blank")]


def test_text_is_one_a_line_with_any_ending() -> None:
    texts = read("\ufeffone, two\r\n\n  three\n\N{LINE SEPARATOR}four\x0b", "text")

    records = list(texts.records)

    assert texts.columns == ("text",)
    assert texts_of(records) == [
        (1, "one, two"),
        (3, "  three"),
        (4, "\N{LINE SEPARATOR}four\x0b"),
    ]
    assert rejects_of(records) == [(2, "the text breaks a rule: not blank")]


def test_text_that_is_no_utf8_costs_its_line_alone() -> None:
    records = list(read(b"one\n\xff\nthree\n", "text").records)

    assert texts_of(records) == [(1, "one"), (3, "three")]
    assert rejects_of(records) == [(2, "the row is not valid UTF-8")]


def test_jsonl_keeps_every_column() -> None:
    texts = read('{"id": 12345678901234567890123, "text": "good"}\n\n{"text": "bad"}', "jsonl")

    records = list(texts.records)

    assert texts.columns == ("id", "text")
    assert records == [
        Row(1, "good", {"id": 12345678901234567890123, "text": "good"}),
        Row(3, "bad", {"text": "bad"}),
    ]


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        (b'{"a": 1}', 'there is no column "text"'),
        (b'{"text": 5}', "the text breaks a rule: a string"),
        (b'{"text": true}', "the text breaks a rule: a string"),
        (b'{"text": null}', "the text breaks a rule: a string"),
        (b'{"text": ["good"]}', "the text breaks a rule: a string"),
        (b'{"text": {}}', "the text breaks a rule: a string"),
        (b'{"text": ""}', "the text breaks a rule: not blank"),
        (b'{"text": " \\u200b\\n"}', "the text breaks a rule: not blank"),
        (b'{"text": "\\ud83d"}', "the row is not valid Unicode (a lone surrogate)"),
        (b'{"text": "good", "a": "\\ude00"}', "the row is not valid Unicode (a lone surrogate)"),
        (b'{"text": "caf\xe9"}', "the row is not valid UTF-8"),
        (b'{"text": "good"', "malformed JSON: Expecting ',' delimiter at character 16"),
        (b'{"text": "a\tb"}', "malformed JSON: Invalid control character at character 12"),
        (b'["good"]', "the line is not a JSON object"),
        (b'{"text": "good", "n": NaN}', "the row holds a number that is too large or not finite"),
        (b'{"text": "good", "n": 1e999}', "the row holds a number that is too large or not finite"),
        (b"1" * 5000, "the row holds a number that is too large or not finite"),
        (b"[" * 100_000, "the JSON is nested too deeply"),
        (
            b'{"text": "' + b"a" * (LONGEST_TEXT_CHARS + 1) + b'"}',
            "the text breaks a rule: at most 1000000 characters",
        ),
        (b'{"text": "' + b"a" * (8 * 2**20) + b'"}', "the line is too long to be a row"),
    ],
    ids=lambda value: value[:24] if isinstance(value, bytes) else "",
)
def test_jsonl_bad_row_costs_itself_alone(line: bytes, reason: str) -> None:
    content = b'{"text": "good"}\n' + line + b'\n{"text": "bad"}\n'

    records = list(read(content, "jsonl").records)

    assert texts_of(records) == [(1, "good"), (3, "bad")]
    assert rejects_of(records) == [(2, reason)]


def test_csv_keeps_every_column_and_counts_physical_lines() -> None:
    content = '\ufeffid,text,note\r\n1,"two\r\nlines, ""quoted""",\r\n\r\n2,good,"x"'

    texts = read(content, "csv")

    assert texts.columns == ("id", "text", "note")
    assert list(texts.records) == [
        Row(2, 'two\r\nlines, "quoted"', {"id": "1", "text": 'two\r\nlines, "quoted"', "note": ""}),
        Row(5, "good", {"id": "2", "text": "good", "note": "x"}),
    ]


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        (b"one", "the row has 1 fields, the header 2"),
        (b"1,good,3", "the row has 3 fields, the header 2"),
        (b"1,", "the text breaks a rule: not blank"),
        (b"1,caf\xe9", "the row is not valid UTF-8"),
        (b"caf\xe9,good", "the row is not valid UTF-8"),
        (b'1,"good" day', "malformed CSV: ',' expected after '\"'"),
        (b"1,a\rb", "malformed CSV: new-line character seen in unquoted field"),
        (b"1," + b"a" * (LONGEST_TEXT_CHARS + 1), "malformed CSV: field larger than field limit"),
        (b"1,a" + b",b" * (4 * 2**20), "the line is too long to be a row"),
        (b'1,"never closed', "malformed CSV: unexpected end of data"),
        (b'"', "malformed CSV: unexpected end of data"),
    ],
    ids=lambda value: value[:24] if isinstance(value, bytes) else "",
)
def test_csv_bad_row_costs_itself_alone(line: bytes, reason: str) -> None:
    content = b"id,text\n1,good\n" + line + b"\n2,bad\n3,fine\n"

    records = list(read(content, "csv").records)

    assert texts_of(records) == [(2, "good"), (4, "bad"), (5, "fine")]
    [(number, found)] = rejects_of(records)
    assert number == 3
    assert found.startswith(reason)


def test_csv_of_one_column_takes_an_empty_line_for_a_blank_text() -> None:
    records = list(read("text\ngood\n\nbad\n", "csv").records)

    assert rejects_of(records) == [(3, "the text breaks a rule: not blank")]


def test_csv_with_a_header_alone_has_columns_and_no_rows() -> None:
    texts = read("id,text\n", "csv")

    assert (texts.columns, list(texts.records)) == (("id", "text"), [])


@pytest.mark.parametrize("file_format", ["csv", "jsonl", "text"])
def test_read_texts_refuses_an_empty_file(file_format: str) -> None:
    with pytest.raises(InputFileError, match="The input is empty"):
        read("", file_format)


@pytest.mark.parametrize(
    ("content", "file_format"),
    [("id,body\n1,good\n", "csv"), ('{"id": 1, "body": "good"}\n', "jsonl")],
    ids=["csv", "jsonl"],
)
def test_read_texts_names_the_columns_there_are(content: str, file_format: str) -> None:
    with pytest.raises(InputFileError, match=r'no column "text"; it has: id, body\.'):
        read(content, file_format)


def test_jsonl_whose_first_row_lacks_the_column_is_read_on() -> None:
    texts = read('{"a": 1}\n{"text": "good"}\n', "jsonl")

    records = list(texts.records)

    assert rejects_of(records) == [(1, 'there is no column "text"')]
    assert texts_of(records) == [(2, "good")]


def test_read_texts_refuses_what_is_not_of_the_format() -> None:
    with pytest.raises(
        InputFileError, match=r"None of the first 1,000 rows .*line 1: malformed JSON"
    ):
        read("good day\n" * 1001, "jsonl")


@pytest.mark.parametrize(
    ("header", "fault"),
    [
        (b"text,id,text\n", 'names the column "text" twice'),
        (b"caf\xe9,text\n", "not valid UTF-8"),
        (b'"text\n', "unexpected end of data"),
    ],
    ids=["repeated", "encoding", "quote"],
)
def test_csv_refuses_a_header_it_cannot_use(header: bytes, fault: str) -> None:
    with pytest.raises(InputFileError, match=fault):
        read(header, "csv")


def test_batch_records_keeps_the_order_and_limits_the_count() -> None:
    rows = [Row(line, "a", {}) for line in range(600)]

    parts = list(batch_records(iter(rows)))

    assert [len(part) for part in parts] == [256, 256, 88]
    assert [row for part in parts for row in part] == rows


def test_batch_records_limits_the_characters() -> None:
    rows = [Row(line, "a" * 600_000, {}) for line in range(4)]

    parts = list(batch_records(iter(rows)))

    assert [len(part) for part in parts] == [2, 2]
