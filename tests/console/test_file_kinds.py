"""Files beside the shared cases: what the page does where it chooses by itself."""

import json
from typing import Any

import pytest

from tests.console.page_reader import build_file, read_in_node

GOOD = [{"text": "good", "n": "1"}]
NUL = {"text": "b\0d", "n": "3"}
KINDS: list[tuple[str, bytes, list[dict[str, Any]]]] = [
    ("a.csv", b"text;n, of, all\ngood;1\n", [{"text": "good", "n, of, all": "1"}]),
    ("a.tsv", b"text,n\ngood,1\n", GOOD),
    ("a.xls", b"text\tn\ngood\t1\n", GOOD),
    ("a.csv", b"\n\r\ntext,n\ngood,1\n", GOOD),
    ("a.csv", b"text,n\n,,\ngood,1,,\n", GOOD),
    (
        "a.csv",
        b"text,n,,n,column_3\ngood,1,2,3,4\n",
        [{"text": "good", "n": "1", "column_3_2": "2", "n_2": "3", "column_3": "4"}],
    ),
    ("notes", b"good, bad\n\n[1]\n", [{"text": "good, bad"}, {"text": "[1]"}]),
    ("a.log", b'{"text": "good", "n": "1"}\n', GOOD),
    ("a.json", b'\xef\xbb\xbf[{"text": "good", "n": "1"}]', GOOD),
    ("a.txt", "good".encode("utf-16-le"), [{"text": "good"}]),
    ("a.csv", b"text,n\n" + b"good,1\ngood,1\nb\0d,3\n" * 9, [*GOOD * 2, NUL] * 9),
]
IDS = (
    *("delimiter by which there is a text", "comma in .tsv", "tabs under an old workbook's name"),
    *("blank lines before the header", "line of delimiters", "names that repeat", "lines of text"),
    *("JSON Lines under an unknown name", "mark in front of JSON", "UTF-16 of one line", "NULs"),
)


@pytest.fixture(scope="module")
def answers() -> Any:
    return read_in_node([build_file(name, content) for name, content, _ in KINDS])


@pytest.mark.parametrize("number", range(len(KINDS)), ids=IDS)
def test_page_reads(number: int, answers: Any) -> None:
    assert answers[number]["rows"] == KINDS[number][2]


def test_lone_surrogates_and_deep_json_are_refused() -> None:
    lines = [
        '{"text": "good", "n": "\\ud800"}',
        "[" * 100_000,
        '{"text": "\\ud83d\\ude00 \\\\ud800"}',
    ]

    [answer] = read_in_node([build_file("a.jsonl", "\n".join(["{}", *lines]).encode())])

    assert [reject["line"] for reject in answer["rejects"]] == [1, 2, 3]
    assert answer["rows"] == [{"text": json.loads(lines[2])["text"]}]
