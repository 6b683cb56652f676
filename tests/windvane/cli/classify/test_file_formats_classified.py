"""``windvane classify`` of files that people have, end to end."""

import csv
import gzip
import io
import json
from collections.abc import Callable
from pathlib import Path

import pyarrow
import pytest
from click.testing import CliRunner, Result
from openpyxl import Workbook
from pyarrow import parquet

from windvane.cli.main import windvane

Classify = Callable[..., Result]


@pytest.fixture
def classify(tiny_bundle: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Classify:
    """Run the command in this process in an empty folder, with the tiny bundle."""
    monkeypatch.setenv("WINDVANE_BUNDLE_URI", str(tiny_bundle))
    monkeypatch.chdir(tmp_path)

    def run(*arguments: str, stdin: bytes = b"") -> Result:
        return CliRunner().invoke(windvane, ["classify", *arguments], input=stdin)

    return run


def read_csv(written: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(written)))


def test_columns_are_kept_and_what_was_found_out_is_said(classify: Classify) -> None:
    Path("a.csv").write_bytes("Größe;Text;note;note\r\nXL;good;1;2\r\n".encode("cp1252"))

    result = classify("-i", "a.csv")

    assert result.exit_code == 0, result.stderr
    assert result.stderr == "a.csv: read as CSV with ';', cp1252.\n"
    [row] = read_csv(result.stdout)
    assert list(row)[:5] == ["Größe", "Text", "note", "note_2", "label"]
    assert list(row.values())[:5] == ["XL", "good", "1", "2", "positive"]


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.csv", b"text,stars\ngood,5\n"),
        ("a.tsv", b"text\tstars\ngood\t5\n"),
        ("a.csv.gz", gzip.compress(b"text,stars\ngood,5\n")),
        ("a.jsonl", b'{"text": "good"}\n'),
        ("a.json", b'["good"]'),
        ("a.txt", b"good\n"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_nothing_is_said_of_what_the_name_says(
    classify: Classify, name: str, content: bytes
) -> None:
    Path(name).write_bytes(content)

    assert classify("-i", name).stderr == ""


def test_what_is_named_is_not_said(classify: Classify) -> None:
    Path("a.csv").write_bytes("text;note\ngood;Größe\n".encode("cp1250"))

    result = classify("-i", "a.csv", "--delimiter", ";", "--encoding", "cp1250")

    assert result.stderr == ""
    assert read_csv(result.stdout)[0]["note"] == "Größe"


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"good\nbad\n", ""),
        (b"text;stars\ngood;5\nbad;1\n", "The input: read as CSV with ';'.\n"),
        (b'{"text": "good"}\n{"text": "bad"}\n', "The input: read as JSON Lines.\n"),
        (b'["good", "bad"]', "The input: read as a JSON array.\n"),
        (gzip.compress(b"good\nbad\n"), ""),
        ("good\nbad\n".encode("utf-16"), "The input: read as text, utf-16-le.\n"),
    ],
    ids=["text", "CSV", "JSON Lines", "JSON", "gzip", "UTF-16"],
)
def test_stdin_is_read_for_what_it_is(classify: Classify, content: bytes, said: str) -> None:
    result = classify("--to", "csv", stdin=content)

    assert [row["label"] for row in read_csv(result.stdout)] == ["positive", "negative"]
    assert result.stderr == said


def test_excel_and_parquet_are_classified_into_json_lines(classify: Classify) -> None:
    book = Workbook()
    book.worksheets[0].append(["Review", "stars"])
    book.worksheets[0].append(["good", 5])
    book.save("a.xlsx")
    parquet.write_table(pyarrow.table({"Review": ["good"], "stars": [5]}), "a.parquet")

    for name in ("a.xlsx", "a.parquet"):
        result = classify("-i", name, "--text-column", "review", "--to", "jsonl")

        assert result.exit_code == 0, result.stderr
        row = json.loads(result.stdout)
        assert (row["Review"], row["stars"], row["label"]) == ("good", 5, "positive")


@pytest.mark.parametrize("name", ["a.csv", "a.txt", "a.jsonl", "a.json", "a.xlsx", "a.parquet"])
def test_binary_file_ends_in_one_sentence_and_writes_nothing(classify: Classify, name: str) -> None:
    Path(name).write_bytes(b"%PDF-1.7\n" + bytes(range(256)) * 9)

    result = classify("-i", name, "-o", "out.csv")

    assert result.exit_code == 2
    assert result.stderr == f"Error: {name} is a PDF, not a text file.\n"
    assert [path.name for path in Path().iterdir()] == [name]


def test_rejects_have_the_hint_that_helps(classify: Classify) -> None:
    Path("a.csv").write_bytes("text,n\nschön,1\n".encode() + b"caf\xe9,2\nlong, text,3\n")

    result = classify("-i", "a.csv", "--to", "jsonl")

    assert result.exit_code == 1
    rejects = Path("a.csv.rejects.jsonl").read_text(encoding="utf-8").splitlines()
    assert [json.loads(line)["line"] for line in rejects] == [3, 4]
    assert "--encoding" in rejects[0]
    assert "quote" in rejects[1]
