"""Labelled files as they are asked for, and as they are read."""

from __future__ import annotations

import gzip
import json
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import click
import pytest
from openpyxl import Workbook

from windvane.cli.labelled_file_type import LABELLED_FILE
from windvane.rows.errors import InputFileError, LabelError
from windvane.rows.label_maps import LABEL_MAPS
from windvane.rows.labelled_files import (
    LabelledFile,
    read_labelled_file,
    read_labelled_rows,
)
from windvane.rows.reading import Reading
from windvane.rows.rejects import Rejects
from windvane.rows.row import Reject

LABELS = ("negative", "neutral", "positive")


class ListedRejects(Rejects):
    """Keeps what it is told of."""

    def __init__(self) -> None:
        super().__init__(None)
        self.listed: list[tuple[int, str]] = []

    def add(self, reject: Reject) -> None:
        self.listed.append((reject.line, reject.reason))


def ask(value: str) -> LabelledFile:
    return LABELLED_FILE.convert(value, None, None)


def write(path: Path, *lines: str) -> str:
    path.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
    return str(path)


def read(file: LabelledFile) -> tuple[Sequence[tuple[int, str, str]], list[tuple[int, str]]]:
    rejects = ListedRejects()
    rows = [(row.line, row.text, row.label) for row in read_labelled_rows(file, rejects)]
    return rows, rejects.listed


def test_bare_name_asks_for_the_defaults() -> None:
    assert ask("a.csv") == LabelledFile(
        path="a.csv", label_column="label", label_map={}, ignored=(), weight=1.0
    )


def test_every_key_is_read() -> None:
    asked = ask("a.jsonl,column=label5,map=five,ignore=neutral,weight=0.5")

    assert asked == LabelledFile(
        path="a.jsonl",
        label_column="label5",
        label_map=LABEL_MAPS["five"],
        ignored=("neutral",),
        weight=0.5,
    )


def test_ignore_may_be_repeated() -> None:
    assert ask("a.csv,ignore=neutral,ignore=mixed").ignored == ("neutral", "mixed")


def test_teacher_says_whether_teachers_contribute() -> None:
    assert ask("a.csv").use_teachers
    assert not ask("a.csv,teacher=no").use_teachers


@pytest.mark.parametrize("name", ["two", "three", "five", "stars"])
def test_every_map_is_known_by_its_name(name: str) -> None:
    assert ask(f"a.csv,map={name}").label_map is LABEL_MAPS[name]


@pytest.mark.parametrize(
    ("value", "fault"),
    [
        ("a.csv,colour=red", '"colour=red" is none of column=, map=, ignore=, weight=, teacher='),
        ("a.csv,map", '"map" is none of'),
        ("a.csv,map=", '"map=" is none of'),
        ("a.csv,", '"" is none of'),
        ("a.csv,map=six", 'there is no map "six", but two, three, five, stars'),
        ("a.csv,column=a,column=b", "column= is there twice"),
        ("a.csv,teacher=maybe", "'maybe' is not a valid boolean"),
        ("a.csv,weight=0", "0.0 is not in the range x>0"),
        ("a.csv,weight=much", "'much' is not a valid float"),
        ("a.csv,weight=nan", "a number is finite"),
        ("a.csv,weight=inf", "a number is finite"),
    ],
)
def test_what_makes_no_sense_is_a_usage_error(value: str, fault: str) -> None:
    with pytest.raises(click.UsageError) as raised:
        ask(value)

    assert fault in str(raised.value)


@pytest.mark.parametrize(
    ("name", "lines", "numbers"),
    [
        ("a.csv", ["text,label", '"good, day",positive', "bad day,negative"], [2, 3]),
        (
            "a.jsonl",
            [
                '{"text": "good, day", "label": "positive"}',
                '{"text": "bad day", "label": "negative"}',
            ],
            [1, 2],
        ),
        ("a.txt", ["positive good, day", "__label__negative\tbad day"], [1, 2]),
    ],
    ids=["csv", "jsonl", "text"],
)
def test_every_format_is_read_with_its_lines(
    tmp_path: Path, name: str, lines: list[str], numbers: list[int]
) -> None:
    rows, rejected = read(ask(write(tmp_path / name, *lines)))

    assert rows == [(numbers[0], "good, day", "positive"), (numbers[1], "bad day", "negative")]
    assert rejected == []


def test_bad_rows_are_rejected_with_line_and_reason(tmp_path: Path) -> None:
    path = write(
        tmp_path / "a.csv", "text,label", "good,positive", " ,positive", "x,", "x,  ", "x,y,z"
    )

    rows, rejected = read(ask(path))

    assert rows == [(2, "good", "positive")]
    assert rejected == [
        (3, "the text breaks a rule: not blank"),
        (4, 'there is no "label"'),
        (5, 'there is no "label"'),
        (6, "the row has 3 fields, the header 2; quote a field that holds the delimiter"),
    ]


def test_row_without_a_label_costs_itself_alone_even_if_it_is_the_first(tmp_path: Path) -> None:
    records = [{"text": "a"}, {"text": "b", "label": ["x"]}, {"text": "c", "label": 1}]

    rows, rejected = read(ask(write(tmp_path / "a.jsonl", *map(json.dumps, records))))

    assert rows == [(3, "c", "1")]
    assert rejected == [
        (1, 'there is no "label"'),
        (2, '"label" is neither a name nor a number'),
    ]


@pytest.mark.parametrize(
    ("name", "lines"),
    [("a.csv", ["text,stars", "good,5"]), ("a.jsonl", ['{"text": "good", "stars": 5}'])],
    ids=["csv", "jsonl"],
)
def test_file_without_the_label_column_is_refused_with_what_it_has(
    tmp_path: Path, name: str, lines: list[str]
) -> None:
    path = write(tmp_path / name, *lines)

    with pytest.raises(
        InputFileError, match=r'no column "label" for the labels; it has: text, stars\.'
    ):
        read(ask(path))


def test_labels_are_translated_by_the_map(tmp_path: Path) -> None:
    path = write(tmp_path / "a.csv", "text,stars", "so so,3", "great, 5 ", "known,neutral")

    labelled = read_labelled_file(ask(f"{path},column=stars,map=stars"), LABELS, Rejects(None))

    assert labelled.labels == ["neutral", "positive", "neutral"]


def test_what_was_asked_for_comes_with_the_set(tmp_path: Path) -> None:
    path = write(tmp_path / "a.csv", "text,label", "good,positive")

    labelled = read_labelled_file(ask(f"{path},ignore=neutral,weight=2"), LABELS, Rejects(None))

    assert (labelled.name, labelled.ignored, labelled.weight) == ("a.csv", ("neutral",), 2.0)
    assert (labelled.texts, labelled.lines) == (["good"], [2])


def test_unknown_label_is_an_error_that_names_file_line_and_maps(tmp_path: Path) -> None:
    path = write(tmp_path / "a.csv", "text,label", "good,positive", "fine,4")

    with pytest.raises(LabelError) as raised:
        read_labelled_file(ask(path), LABELS, Rejects(None))

    assert str(raised.value).startswith(f'{path}, line 3: the label "4" is not one to choose')
    assert "a.csv,map=NAME, where NAME is one of two, three, five, stars" in str(raised.value)


def test_file_without_a_usable_row_is_refused(tmp_path: Path) -> None:
    path = write(tmp_path / "a.csv", "text,label", " ,positive")
    rejects = ListedRejects()

    with pytest.raises(InputFileError, match="holds no row that can be used"):
        read_labelled_file(ask(path), LABELS, rejects)

    assert rejects.listed == [(2, "the text breaks a rule: not blank")]


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.csv", "Text;Label \r\nschön;5\r\nbad;1.0\r\n".encode("cp1252")),
        ("a.tsv", "LABEL\ttext\n5\tschön\n1\tbad\n".encode("utf-16")),
        ("a.json", '[{"text": "schön", "label": 5}, {"text": "bad", "Label": 1.0}]'.encode()),
        ("a.jsonl.gz", gzip.compress('{"text": "schön", "label": "5"}\n'.encode() * 2)),
        ("a.txt", "5 schön\r1 bad\r".encode("cp1252")),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_label_is_read_from_files_that_people_have(
    tmp_path: Path, name: str, content: bytes
) -> None:
    path = tmp_path / name
    path.write_bytes(content)

    rows, rejected = read(ask(f"{path},map=stars"))

    assert rejected == []
    assert [label for _, _, label in rows] in (["positive", "negative"], ["positive"] * 2)
    assert rows[0][1] == "schön"


def test_label_is_read_from_numbers_of_excel(tmp_path: Path) -> None:
    book = Workbook()
    for row in (("Review", "Stars"), ("good", 5), ("none", None), (10, 1)):
        book.worksheets[0].append(row)
    book.save(tmp_path / "a.xlsx")
    file = replace(
        ask(f"{tmp_path / 'a.xlsx'},column=stars,map=stars"), reading=Reading(text_column="review")
    )

    rows, rejected = read(file)

    assert rows == [(2, "good", "positive"), (4, "10", "negative")]
    assert rejected == [(3, 'there is no "stars"')]


def test_how_a_file_was_read_is_said_once(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = write(tmp_path / "a.csv", "text;label", "good;positive", "bad;")

    for quiet in (False, True):
        list(read_labelled_rows(ask(path), Rejects(None, path, quiet=quiet)))

    assert capsys.readouterr().err.splitlines() == [
        f"{path}: read as CSV with ';'.",
        f'{path}, line 3: there is no "label"',
    ]
