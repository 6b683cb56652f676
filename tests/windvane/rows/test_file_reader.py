"""Texts read from files: good rows, bad rows, and files that are not what they should be."""

import io
from collections.abc import Sequence

import pytest

from windvane.inference.text_rules import LONGEST_TEXT_CHARS
from windvane.rows.errors import InputFileError
from windvane.rows.file_formats import READ_FORMATS, FileFormat
from windvane.rows.file_reader import read_texts
from windvane.rows.reading import Reading
from windvane.rows.row import LINE_TOO_LONG, NOT_UTF8, Record, Reject, Row
from windvane.rows.text_input import TextInput


def read(content: str | bytes, file_format: FileFormat, text_column: str = "text") -> TextInput:
    raw = content.encode() if isinstance(content, str) else content
    return read_texts(io.BytesIO(raw), Reading(file_format=file_format, text_column=text_column))


def texts_of(records: Sequence[Record]) -> list[tuple[int, str]]:
    return [(record.line, record.text) for record in records if isinstance(record, Row)]


def rejects_of(records: Sequence[Record]) -> list[tuple[int, str]]:
    return [(record.line, record.reason) for record in records if isinstance(record, Reject)]


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
    assert rejects_of(records) == [(2, NOT_UTF8)]


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
        (b'{"text": "caf\xff"}', NOT_UTF8),
        (b'{"text": "good"', "malformed JSON: Expecting ',' delimiter at character 16"),
        (b'{"text": "a\tb"}', "malformed JSON: Invalid control character at character 12"),
        (b'["good"]', "it is neither a text nor an object"),
        (b"7", "it is neither a text nor an object"),
        (b'{"text": "good", "n": NaN}', "the row holds a number that is too large or not finite"),
        (b'{"text": "good", "n": 1e999}', "the row holds a number that is too large or not finite"),
        (b"1" * 5000, "the row holds a number that is too large or not finite"),
        (b"[" * 100_000, "the JSON is nested too deeply"),
        (
            b'{"text": "' + b"a" * (LONGEST_TEXT_CHARS + 1) + b'"}',
            "the text breaks a rule: at most 1000000 characters",
        ),
        (b'{"text": "' + b"a" * (8 * 2**20) + b'"}', LINE_TOO_LONG),
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
        (b"1,caf\xff", NOT_UTF8),
        (b"caf\xff,good", NOT_UTF8),
        (b"1\0,\0a\0b\0", "every other character is NUL: the row seems to be UTF-16"),
        (b'1,"good" day', "malformed CSV: text follows a closing quote; double the quotes"),
        (b"1,a\rb", "malformed CSV: there is a carriage return outside quotes; quote the field"),
        (b"1," + b"a" * (LONGEST_TEXT_CHARS + 1), "the text breaks a rule: at most 1000000"),
        (b"1,a" + b",b" * (4 * 2**20), LINE_TOO_LONG),
        (b'1,"never closed', "malformed CSV: a quote is opened and never closed"),
        (b'"', "malformed CSV: a quote is opened and never closed"),
    ],
    ids=lambda value: value[:24] if isinstance(value, bytes) else "",
)
def test_csv_bad_row_costs_itself_alone(line: bytes, reason: str) -> None:
    content = b"id,text\n1,good\n" + line + b"\n2,bad\n3,fine\n" + b"\n" * 99

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


@pytest.mark.parametrize(
    "content", ["\n\nid,text\n1,good\n", " \t\r\n\r\nid;text\r\n1;good\r\n", "\rid|text\r1|good\r"]
)
def test_blank_lines_before_the_header_are_skipped(content: str) -> None:
    texts = read(content, "csv")

    [row] = texts.records
    assert isinstance(row, Row)
    assert (texts.columns, row.text) == (("id", "text"), "good")


@pytest.mark.parametrize("content", ["\ufeff", "\n", " \r\n\r\n"], ids=ascii)
def test_csv_of_blank_lines_alone_is_empty(content: str) -> None:
    with pytest.raises(InputFileError, match="The input is empty"):
        read(content, "csv")


@pytest.mark.parametrize("file_format", READ_FORMATS)
def test_read_texts_refuses_an_empty_file(file_format: FileFormat) -> None:
    with pytest.raises(InputFileError, match="The input is empty"):
        read("", file_format)


@pytest.mark.parametrize(
    ("content", "file_format"),
    [("id,body\n1,good\n", "csv"), ('{"id": 1, "body": "good"}\n', "jsonl")],
    ids=["csv", "jsonl"],
)
def test_read_texts_names_the_columns_there_are(content: str, file_format: FileFormat) -> None:
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
        (b"caf\xff,text\n", "not valid UTF-8"),
        (b'"text\n', "never closed"),
    ],
    ids=["repeated", "encoding", "quote"],
)
def test_csv_refuses_a_header_it_cannot_use(header: bytes, fault: str) -> None:
    with pytest.raises(InputFileError, match=fault):
        read(header, "csv")


def test_csv_row_may_have_fields_longer_than_a_text() -> None:
    page = "a" * (LONGEST_TEXT_CHARS + 1)

    [row] = read(f"text,page\ngood,{page}\n", "csv").records

    assert row == Row(2, "good", {"text": "good", "page": page})


def test_csv_row_that_grows_over_many_lines_is_given_up() -> None:
    lines = '"' + "a" * 2**20 + "\n"
    content = "text,a,b,c\n" + lines + ('","' + "b" * 2**20 + "\n") * 8 + '"\ngood,1,2,3\n'

    records = list(read(content, "csv").records)

    assert records[0].line == 2
    assert "longer than 8,388,608 characters" in rejects_of(records)[0][1]
    assert texts_of(records)[-1:] == [(12, "good")]


@pytest.mark.parametrize("label_column", ["label", " Label "])
def test_column_of_labels_that_is_there_twice_is_refused(label_column: str) -> None:
    stream = io.BytesIO(b"text,label,label\ngood,1,2\n")

    with pytest.raises(InputFileError, match=r'names the column " ?[lL]abel ?" twice'):
        read_texts(stream, Reading(file_format="csv"), label_column)


def test_names_that_only_differ_in_case_are_not_guessed_between() -> None:
    with pytest.raises(InputFileError, match='names the column "text" twice'):
        read("Text,TEXT\ngood,bad\n", "csv")
