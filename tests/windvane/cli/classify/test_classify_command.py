"""``windvane classify``, from texts to labels."""

import csv
import io
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from tests.windvane.cli.windvane_process import ROOT, run_windvane, windvane_command
from windvane.cli.main import windvane
from windvane.rows.row import NOT_UTF8

Classify = Callable[..., Result]


@pytest.fixture
def classify(tiny_bundle: Path, monkeypatch: pytest.MonkeyPatch) -> Classify:
    """Run the command in this process, with the tiny bundle."""
    monkeypatch.setenv("WINDVANE_BUNDLE_URI", str(tiny_bundle))

    def run(*arguments: str | Path, stdin: str | bytes = b"") -> Result:
        return CliRunner().invoke(windvane, ["classify", *map(str, arguments)], input=stdin)

    return run


def write(path: Path, content: str) -> Path:
    path.write_text(content, encoding="utf-8", newline="")
    return path


def labels_of(written: str) -> list[str]:
    return [record["label"] for record in csv.DictReader(io.StringIO(written))]


def test_classify_takes_texts_as_arguments(classify: Classify) -> None:
    result = classify("a good day", "a bad day", "Tuesday")

    assert result.exit_code == 0
    assert labels_of(result.stdout) == ["positive", "negative", "neutral"]
    assert result.stderr == ""


@pytest.mark.parametrize("name", ["reviews.xlsx", "two words.csv", "e\x1b[31m.txt"], ids=ascii)
def test_classify_of_a_file_name_says_how_to_read_the_file(
    classify: Classify, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    monkeypatch.chdir(tmp_path)
    write(tmp_path / name, "good\n")

    result = classify("a good day", name)

    assert result.exit_code == 0
    assert labels_of(result.stdout)[0] == "positive"
    assert len(labels_of(result.stdout)) == 2
    [hint] = result.stderr.splitlines()
    assert "is a file" in hint
    assert "windvane classify --input " in hint
    assert "\x1b" not in hint


@pytest.mark.parametrize("text", ["none.csv", ".", "good " * 1000, "good\0"], ids=ascii)
def test_classify_of_what_is_no_file_says_nothing_of_files(classify: Classify, text: str) -> None:
    assert "is a file" not in classify(text).stderr


def test_classify_reads_stdin_line_by_line(classify: Classify) -> None:
    result = classify("--to", "jsonl", stdin="good\r\nbad\n")

    rows = [json.loads(line) for line in result.stdout.splitlines()]
    assert [(row["text"], row["label"]) for row in rows] == [
        ("good", "positive"),
        ("bad", "negative"),
    ]
    assert rows[0]["score"] == max(rows[0]["scores"].values())


def test_classify_reads_another_format_from_stdin(classify: Classify) -> None:
    result = classify("-i", "-", "--format", "csv", "--text-column", "body", stdin="body\ngood\n")

    assert labels_of(result.stdout) == ["positive"]


def test_classify_writes_a_table_when_asked(classify: Classify) -> None:
    result = classify("good", "--to", "table")

    assert result.stdout.split()[:5] == ["label", "negative", "neutral", "positive", "text"]


def test_classify_keeps_rows_and_their_order(classify: Classify, tmp_path: Path) -> None:
    words = ["good", "bad", "day"] * 300
    rows = "".join(f"{number},{word}\n" for number, word in enumerate(words))
    source = write(tmp_path / "in.csv", f"id,text\n{rows}")

    result = classify("-i", source, "-o", tmp_path / "out.csv", "--threads", "4")

    assert result.exit_code == 0
    content = (tmp_path / "out.csv").read_text(encoding="utf-8")
    written = list(csv.DictReader(io.StringIO(content)))
    meanings = {"good": "positive", "bad": "negative", "day": "neutral"}
    assert [int(row["id"]) for row in written] == list(range(900))
    assert [row["label"] for row in written] == [meanings[word] for word in words]
    assert "Classified 900 texts" in result.stderr


def test_classify_puts_bad_rows_beside_the_output(classify: Classify, tmp_path: Path) -> None:
    source = write(tmp_path / "in.jsonl", '{"text": "good"}\n{"text": 5}\n{"text": "bad"}\n{\n')
    target = tmp_path / "out.csv"

    result = classify("-i", source, "-o", target)

    assert result.exit_code == 1
    rejects = (tmp_path / "out.csv.rejects.jsonl").read_text(encoding="utf-8").splitlines()
    assert [json.loads(line)["line"] for line in rejects] == [2, 4]
    assert labels_of(target.read_text(encoding="utf-8")) == ["positive", "negative"]
    assert f"2 rows were rejected; see {target}.rejects.jsonl." in result.stderr


def test_classify_puts_bad_rows_where_told(classify: Classify, tmp_path: Path) -> None:
    source = write(tmp_path / "in.txt", "good\n\n")

    result = classify("-i", source, "--rejects", tmp_path / "bad.jsonl")

    assert result.exit_code == 1
    reject = json.loads((tmp_path / "bad.jsonl").read_text(encoding="utf-8"))
    assert reject == {"line": 2, "reason": "the text breaks a rule: not blank"}


def test_classify_tells_bad_rows_of_a_pipe_on_stderr(classify: Classify) -> None:
    result = classify(stdin=b"good\n\xff\n")

    assert result.exit_code == 1
    assert result.stderr.splitlines() == [
        f"line 2: {NOT_UTF8}",
        "1 row was rejected.",
    ]


def test_classify_never_repeats_a_rejected_text(classify: Classify, tmp_path: Path) -> None:
    source = write(tmp_path / "in.csv", 'id,text\n1,good\nsecret\n"2,secret,"secret"x\n')

    result = classify("-i", source)

    rejects = (tmp_path / "in.csv.rejects.jsonl").read_text(encoding="utf-8")
    assert len(rejects.splitlines()) == 2
    assert "secret" not in rejects + result.stdout + result.stderr


def test_classify_of_a_header_alone_writes_a_header(classify: Classify, tmp_path: Path) -> None:
    source = write(tmp_path / "in.csv", "id,text\n")

    result = classify("-i", source)

    assert result.exit_code == 0
    assert result.stdout.splitlines()[0].startswith("id,text,label,score")


@pytest.mark.parametrize(
    ("arguments", "fault"),
    [
        (["-i", "none.csv"], "Cannot open none.csv: No such file"),
        (["-i", "."], "Cannot open .: Is a directory"),
        (["-i", "empty.csv"], "empty.csv is empty"),
        (["-i", "empty.txt"], "empty.txt is empty"),
        (["-i", "in.csv", "--text-column", "body"], 'no column "body"; it has: id, text'),
        (["-i", "in.csv", "-o", "in.csv"], "in.csv is given as input and as output"),
        (["-i", "in.csv", "--rejects", "in.csv"], "in.csv is given as input and as rejects"),
        (["-i", "in.csv", "-o", "none/out.csv"], "out.csv.partial: No such file"),
        (["-i", "in.dat"], "format of in.dat"),
        (["-i", "in.xlsx"], "in.xlsx is a binary file"),
        (["-i", "in.csv", "--encoding", "none"], "no such encoding"),
        (["-i", "in.csv", "--delimiter", "ab"], "a delimiter is one character"),
        (["good", "-o", "out.xlsx"], "what to write to out.xlsx"),
        (["good", "-i", "in.csv"], "not both"),
        (["good", "--threads", "0"], "--threads"),
        (["good", "--bundle", "none"], "none/manifest.json cannot be read"),
        ([], "is empty; it holds no text"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_classify_that_cannot_start_ends_with_2(
    classify: Classify,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    arguments: list[str],
    fault: str,
) -> None:
    monkeypatch.chdir(tmp_path)
    source = write(tmp_path / "in.csv", "id,text\n1,good\n")
    write(tmp_path / "in.dat", "good\n")
    write(tmp_path / "in.xlsx", "\0" * 99)
    write(tmp_path / "empty.csv", "")
    write(tmp_path / "empty.txt", "")

    result = classify(*arguments)

    assert result.exit_code == 2
    assert fault in result.stderr
    assert result.stdout == ""
    assert source.read_text(encoding="utf-8") == "id,text\n1,good\n"


def test_classify_without_anything_on_a_terminal_says_what_to_give(tiny_bundle: Path) -> None:
    pty = pytest.importorskip("pty", reason="a terminal as stdin needs a pty")
    terminal, stdin = pty.openpty()

    result = run_windvane("classify", "--bundle", str(tiny_bundle), stdin=stdin, timeout=60)

    os.close(stdin)
    os.close(terminal)
    assert result.returncode == 2
    assert b"give a TEXT or --input FILE" in result.stderr


def test_classify_process_speaks_utf8_in_any_locale(tiny_bundle: Path) -> None:
    environ = {**os.environ, "LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}

    result = run_windvane(
        "classify", "--bundle", str(tiny_bundle), input="good ☀ שלום\n".encode(), env=environ
    )

    assert (result.returncode, result.stderr) == (0, b"")
    assert "good ☀ שלום,positive,".encode() in result.stdout


def test_classify_process_ends_quietly_when_its_reader_goes(
    tiny_bundle: Path, tmp_path: Path
) -> None:
    source = write(tmp_path / "in.txt", "a good day\n" * 20_000)
    command = windvane_command("classify", "--bundle", str(tiny_bundle), "-i", str(source))

    with subprocess.Popen(
        command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        first = process.stdout.readline()
        process.stdout.close()
        said = process.stderr.read()

    assert first.startswith(b"text,label")
    assert (process.returncode, said) == (141, b"")


def test_classify_process_stops_when_interrupted(tiny_bundle: Path, tmp_path: Path) -> None:
    target = tmp_path / "out.csv"
    # A shell that starts the tests in the background leaves SIGINT ignored; Python keeps to that.
    code = (
        "import signal\nfrom windvane.cli.main import main\n"
        "signal.signal(signal.SIGINT, signal.default_int_handler)\nmain()"
    )
    arguments = ["classify", "--bundle", str(tiny_bundle), "-o", str(target)]
    command = [sys.executable, "-c", code, *arguments]

    with subprocess.Popen(
        command, cwd=ROOT, stdin=subprocess.PIPE, stderr=subprocess.PIPE
    ) as process:
        assert process.stdin is not None
        assert process.stderr is not None
        process.stdin.write(b"good\n" * 300)
        process.stdin.flush()
        wait_for_content(tmp_path / "out.csv.partial")
        process.send_signal(signal.SIGINT)
        said = process.stderr.read()

    assert (process.returncode, said) == (130, b"Stopped.\n")
    assert not target.exists()


def wait_for_content(path: Path) -> None:
    deadline = time.monotonic() + 60
    while not (path.exists() and path.stat().st_size):
        if time.monotonic() > deadline:
            pytest.fail(f"nothing was written to {path.name}")
        time.sleep(0.05)


def test_classify_needs_no_more_memory_for_a_large_file(tiny_bundle: Path, tmp_path: Path) -> None:
    pytest.importorskip("resource", reason="peak memory is asked of getrusage")
    small = write_rows(tmp_path / "small.csv", 600)
    large = write_rows(tmp_path / "large.csv", 30_000)

    grown_bytes = peak_bytes(tiny_bundle, large) - peak_bytes(tiny_bundle, small)

    assert large.stat().st_size > 30_000_000
    assert grown_bytes < 8_000_000


def write_rows(path: Path, count: int) -> Path:
    padding = "x" * 1000
    with path.open("w", encoding="utf-8") as file:
        file.write("id,text,padding\n")
        file.writelines(f"{number},a good day,{padding}\n" for number in range(count))
    return path


def peak_bytes(bundle: Path, source: Path) -> int:
    arguments = ["classify", "--bundle", str(bundle), "-i", str(source), "-o", f"{source}.out.csv"]
    code = (
        "import resource\nfrom windvane.cli.main import windvane\n"
        f"windvane({arguments!r}, standalone_mode=False)\n"
        "print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)"
    )
    printed = subprocess.check_output(
        [sys.executable, "-c", code], cwd=ROOT, stderr=subprocess.DEVNULL
    )
    unit = 1 if sys.platform == "darwin" else 1024
    return int(printed) * unit


def test_classify_guards_csv_against_formulas_unless_it_is_raw(
    classify: Classify, tmp_path: Path
) -> None:
    source = write(tmp_path / "in.csv", "@id,text\n=1,good;=2\n")

    guarded = classify("-i", source, "--to", "csv").stdout
    raw = classify("-i", source, "--to", "csv", "--raw").stdout

    assert guarded.startswith("'@id,text,")
    assert "\n'=1,good;'=2,positive," in guarded
    assert raw.startswith("@id,text,")
    assert "\n=1,good;=2,positive," in raw


@pytest.mark.parametrize("text", ["-5 stars", "--not what I ordered", "- awful"])
def test_classify_hints_at_the_dashes_before_a_text_with_a_dash(
    classify: Classify, text: str
) -> None:
    refused = classify(text)
    taken = classify("--to", "jsonl", "--", text)

    assert refused.exit_code == 2
    assert "comes after --: windvane classify -- TEXT." in refused.stderr
    assert taken.exit_code == 0


@pytest.mark.parametrize(
    ("variable", "options", "label"),
    [("", (), "positive"), ("1", (), ""), ("1", ("--min-score", "0"), "positive")],
    ids=["default", "variable", "option"],
)
def test_classify_leaves_out_a_label_below_min_score(
    classify: Classify,
    monkeypatch: pytest.MonkeyPatch,
    variable: str,
    options: tuple[str, ...],
    label: str,
) -> None:
    monkeypatch.setenv("WINDVANE_MIN_SCORE", variable)

    result = classify("a good day", *options)

    assert result.exit_code == 0
    assert labels_of(result.stdout) == [label]


def test_classify_refuses_a_min_score_that_is_no_probability(classify: Classify) -> None:
    assert classify("a good day", "--min-score", "1.5").exit_code == 2
