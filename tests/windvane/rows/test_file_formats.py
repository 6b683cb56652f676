"""The formats, as the table, the help and the documentation have them."""

import re

import pytest
from click.testing import CliRunner

from tests.conftest import REPOSITORY
from windvane.cli.main import windvane
from windvane.rows.file_formats import (
    FORMATS,
    READ_FORMATS,
    FileFormat,
    find_format,
    find_written_format,
)

COMMANDS = (("classify",), ("data", "check"), ("train",), ("evaluate",), ("export",))


@pytest.mark.parametrize(
    ("name", "file_format"),
    [
        ("a.csv", "csv"),
        ("dir.x/A.CSV", "csv"),
        ("a.tsv", "csv"),
        ("a.csv.gz", "csv"),
        ("a.jsonl", "jsonl"),
        ("a.ndjson.GZ", "jsonl"),
        ("a.json", "json"),
        ("a.txt", "text"),
        ("a", "text"),
        ("a.gz", "text"),
        ("a.xlsx", "xlsx"),
        ("a.parquet", "parquet"),
        ("a.dat", None),
    ],
)
def test_find_format_goes_by_the_suffix(name: str, file_format: FileFormat | None) -> None:
    assert find_format(name) == file_format


@pytest.mark.parametrize("name", ["a.tsv", "a.csv.gz", "a.json", "a.xlsx", "a.txt", "a"])
def test_only_the_formats_that_we_write_are_written(name: str) -> None:
    assert find_written_format(name) is None


@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
def test_help_lists_each_format(command: tuple[str, ...]) -> None:
    shown = CliRunner().invoke(windvane, [*command, "--help"]).output

    words = " ".join(shown.split())
    assert all(facts.description in words for facts in FORMATS.values())
    assert all(f" {option} " in words for option in ("--encoding", "--delimiter", "--text-column"))


def test_documentation_lists_each_format() -> None:
    page = (REPOSITORY / "docs/command-line.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| `(\w+)` \| (.+?) \| (\..+) \|$", page, re.MULTILINE)

    listed = {name: (what.replace("\\|", "|"), suffixes) for name, what, suffixes in rows}

    assert listed == {
        name: (FORMATS[name].description, ", ".join(filter(None, FORMATS[name].suffixes)))
        for name in READ_FORMATS
    }
