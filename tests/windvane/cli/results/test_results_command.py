"""`windvane results` on a SQLite log."""

import csv
import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from tests.windvane.cli.results.conftest import Run
from tests.windvane.result_log.records import change_row, make_record
from windvane.cli.main import windvane
from windvane.result_log.record import ResultRecord
from windvane.result_log.sqlite.sqlite_log import SqliteResultLog
from windvane.result_log.subjects import SubjectHasher
from windvane.rows.file_reader import read_texts
from windvane.rows.reading import Reading
from windvane.rows.row import Row

UNKNOWN = "019aadd3-5a4f-7c1e-9d02-6b1f0a7c5e48"


def test_list_shows_the_newest_first(run: Run, records: list[ResultRecord]) -> None:
    done = run("list")

    shown = [line for line in done.output.splitlines() if "positive" in line or "negative" in line]
    assert done.exit_code == 0
    assert [record.result_id in line for record, line in zip(records, shown, strict=True)] == [
        True
    ] * 3


def test_list_writes_json_lines(run: Run, records: list[ResultRecord]) -> None:
    lines = run("list", "--format", "jsonl").output.splitlines()

    assert [json.loads(line)["result_id"] for line in lines] == [r.result_id for r in records]


def test_list_writes_csv(run: Run, records: list[ResultRecord]) -> None:
    output = run("list", "--format", "csv", "--raw").output
    rows = list(csv.DictReader(output.splitlines(keepends=True)))

    assert [row["result_id"] for row in rows] == [record.result_id for record in records]
    assert [float(row["score"]) for row in rows] == [record.score for record in records]
    assert [row["feedback_label"] for row in rows] == [r.feedback_label or "" for r in records]
    assert [row["text"] for row in rows] == [record.text or "" for record in records]


def test_list_goes_over_several_pages(run: Run, result_log: SqliteResultLog) -> None:
    result_log.write([make_record() for _ in range(450)])

    lines = run("list", "--format", "jsonl", "--limit", "430").output.splitlines()

    ids = [json.loads(line)["result_id"] for line in lines]
    assert len(set(ids)) == 430
    assert ids == sorted(ids, reverse=True)


def test_list_chooses_by_label_and_time(run: Run, records: list[ResultRecord]) -> None:
    negative = run("list", "--format", "jsonl", "--label", "negative").output.splitlines()
    later = run("list", "--format", "jsonl", "--from", "2100-01-01").output
    earlier = run("list", "--format", "jsonl", "--to", "2100-01-01T09:30+02:00").output.splitlines()

    assert (len(negative), later, len(earlier)) == (2, "", len(records))


def test_every_command_that_filters_takes_a_client(
    run: Run, result_log: SqliteResultLog, tmp_path: Path
) -> None:
    own, other = (make_record(client=client, text="good") for client in ("shop", "partner"))
    result_log.write([own, other, make_record(text="good")])
    exported = tmp_path / "out.jsonl"

    listed = run("list", "--client", "shop", "--format", "jsonl").output.splitlines()
    rows = list(csv.DictReader(run("list", "--format", "csv").output.splitlines()))
    run("export", "--client", "partner", "-o", str(exported))
    summary = json.loads(run("summary", "--json").output)

    assert [json.loads(line)["client"] for line in listed] == ["shop"]
    assert sorted(row["client"] for row in rows) == ["", "partner", "shop"]
    [row] = exported.read_text(encoding="utf-8").splitlines()
    assert json.loads(row)["result_id"] == other.result_id
    assert (summary["results"], summary["clients"]) == (3, {"shop": 1, "partner": 1})
    assert "partner" in run("summary").output
    assert "client" not in run("summary", "--to", "2020-01-01").output


def test_list_says_once_that_the_texts_were_not_kept(run: Run, result_log: SqliteResultLog) -> None:
    result_log.write([make_record(text=None) for _ in range(20)])

    assert run("list").stderr.count("WINDVANE_STORE_TEXT=full keeps new ones.") == 1
    assert run("list", "--format", "jsonl").stderr == ""


def test_list_says_nothing_of_texts_that_were_kept(run: Run, records: list[ResultRecord]) -> None:
    assert run("list").stderr == ""


def test_list_lets_no_text_steer_the_terminal(run: Run, result_log: SqliteResultLog) -> None:
    result_log.write([make_record(text="\x1b[31mred[bold]")])

    output = run("list").output

    assert "\x1b[31m" not in output


def test_show_writes_all_there_is(run: Run, records: list[ResultRecord]) -> None:
    shown = json.loads(run("show", records[0].result_id).output)

    assert shown["result_id"] == records[0].result_id
    assert shown["scores"] == records[0].scores


def test_csv_keeps_spreadsheets_from_running_a_text(
    run: Run, records: list[ResultRecord], tmp_path: Path
) -> None:
    run("export", "-o", str(tmp_path / "out.csv"))
    listed = run("list", "--format", "csv").output

    for written in (listed, (tmp_path / "out.csv").read_text(encoding="utf-8")):
        assert "\"'=1+1, " in written
        assert '"=1+1' not in written


@pytest.mark.parametrize("name", ["out.jsonl", "out.csv"])
def test_export_is_read_by_the_commands_that_read_texts(
    run: Run, records: list[ResultRecord], tmp_path: Path, name: str
) -> None:
    path = tmp_path / name

    done = run("export", "-o", str(path), "--raw")

    with path.open("rb") as stream:
        rows = list(read_texts(stream, Reading()).records)
    assert done.exit_code == 0
    assert "2 rows, 1 corrected, 1 confirmed; 1 without a text left out." in done.output
    assert all(isinstance(row, Row) for row in rows)
    assert {(row.text, row.columns["label"]) for row in rows if isinstance(row, Row)} == {
        ("so good", "neutral"),
        ('=1+1, "quoted"\nand broken', "negative"),
    }
    assert len(rows) == len(records) - 1


@pytest.mark.parametrize("name", ["out.jsonl", "out.csv"])
@pytest.mark.parametrize(
    "text",
    [
        "a\rb",
        "a\r\nb\n",
        " '=cmd|' ",
        '"',
        "a\u2028b\x85c",
        "a\x00b",
        "\ufeffa",
        "\U0001f600" * 999,
    ],
    ids=ascii,
)
def test_export_keeps_every_character(
    run: Run, result_log: SqliteResultLog, tmp_path: Path, name: str, text: str
) -> None:
    path = tmp_path / name
    result_log.write([make_record(text=text)])

    run("export", "-o", str(path))

    with path.open("rb") as stream:
        [row] = read_texts(stream, Reading()).records
    assert isinstance(row, Row)
    assert row.text == text


def test_export_is_what_evaluate_reads(
    run: Run, records: list[ResultRecord], shipped_bundle: Path, tmp_path: Path
) -> None:
    path = str(tmp_path / "checked.csv")
    exported = run("export", "-o", path, "--corrected")

    done = CliRunner().invoke(windvane, ["evaluate", str(shipped_bundle), path, "--json"])

    assert (exported.exit_code, done.exit_code, done.stderr) == (0, 0, "")
    assert len(records) == 3


def test_export_says_what_the_model_had_said(
    run: Run, records: list[ResultRecord], tmp_path: Path
) -> None:
    path = tmp_path / "out.csv"

    run("export", "-o", str(path), "--label", "positive")

    with path.open(encoding="utf-8", newline="") as stream:
        [row] = csv.DictReader(stream)
    [positive] = [record for record in records if record.label == "positive"]
    assert (row["model_label"], row["label"]) == ("positive", "neutral")
    assert (row["result_id"], row["model"]) == (positive.result_id, positive.model)
    assert float(row["score"]) == positive.score


def test_export_leaves_out_what_nobody_looked_at(
    run: Run, result_log: SqliteResultLog, records: list[ResultRecord]
) -> None:
    result_log.write([make_record(text="not looked at")])

    done = run("export", "-o", "-", "--corrected")

    lines = [line for line in done.output.splitlines() if line.startswith("{")]
    assert len(lines) == sum(record.feedback_label is not None for record in records)


@pytest.mark.parametrize("option", ["--overwrite", "--force"])
def test_export_writes_over_nothing(
    run: Run, records: list[ResultRecord], tmp_path: Path, option: str
) -> None:
    path = tmp_path / "out.jsonl"
    path.write_text("mine")

    refused = run("export", "-o", str(path))
    kept = path.read_text()
    forced = run("export", "-o", str(path), option)

    assert (refused.exit_code, kept) == (2, "mine")
    assert "--overwrite" in refused.output
    assert forced.exit_code == 0
    assert len(path.read_text().splitlines()) == len(records) - 1


def test_export_says_that_no_text_was_kept(
    run: Run, result_log: SqliteResultLog, tmp_path: Path
) -> None:
    result_log.write([make_record()])

    done = run("export", "-o", str(tmp_path / "out.csv"))

    assert done.exit_code == 2
    assert "WINDVANE_STORE_TEXT=full" in done.output
    assert not (tmp_path / "out.csv").exists()


def test_export_says_which_files_it_writes(run: Run, records: list[ResultRecord]) -> None:
    done = run("export", "-o", "out.txt")

    assert (done.exit_code, len(records)) == (2, 3)
    assert ".jsonl or .csv" in done.output


def test_summary_counts(run: Run, records: list[ResultRecord]) -> None:
    summary = json.loads(run("summary", "--json").output)

    assert summary["results"] == len(records)
    assert summary["labels"] == {"positive": 1, "negative": 2}
    assert summary["mean_score"] == pytest.approx(sum(r.score for r in records) / len(records))
    assert summary["corrections"] == [
        {"label": "negative", "feedback_label": "negative", "results": 1},
        {"label": "positive", "feedback_label": "neutral", "results": 1},
    ]


def test_summary_shows_tables(run: Run, records: list[ResultRecord]) -> None:
    done = run("summary")

    assert done.exit_code == 0
    assert f"{len(records)} results" in done.output
    assert "2 checked by somebody: 1 confirmed (50.0%), 1 corrected" in done.output
    [positive] = [line for line in done.output.splitlines() if line.startswith("positive ")][1:]
    assert positive.split() == ["positive", "0", "1", "0"]


def test_summary_says_that_nothing_was_checked(run: Run, result_log: SqliteResultLog) -> None:
    result_log.write([make_record()])

    assert "No label was confirmed or corrected." in run("summary").output


@pytest.mark.parametrize("command", ["list", "summary"])
def test_commands_say_that_there_is_nothing(
    run: Run, result_log: SqliteResultLog, command: str
) -> None:
    assert result_log.list.__name__ == "list"
    assert "There are no such results." in run(command).output


def test_correct_keeps_the_right_label(
    run: Run, result_log: SqliteResultLog, records: list[ResultRecord]
) -> None:
    result_id = records[0].result_id

    done = run("correct", result_id, "positive")

    found = result_log.read(result_id)
    assert done.exit_code == 0
    assert found is not None
    assert found.feedback_label == "positive"


def test_correct_says_which_labels_there_are(run: Run, records: list[ResultRecord]) -> None:
    done = run("correct", records[0].result_id, "great")

    assert done.exit_code == 2
    assert all(label in done.output for label in records[0].scores)


def test_delete_erases_once_it_is_told_to(
    run: Run, result_log: SqliteResultLog, records: list[ResultRecord]
) -> None:
    result_id = records[0].result_id

    asked = run("delete", result_id)
    kept = result_log.read(result_id)
    told = run("delete", result_id, "--yes")

    assert (asked.exit_code, kept is not None) == (1, True)
    assert (told.exit_code, result_log.read(result_id)) == (0, None)


@pytest.mark.parametrize("command", [["show"], ["delete", "--yes"], ["correct"]])
def test_commands_say_that_there_is_no_such_result(
    run: Run, records: list[ResultRecord], command: list[str]
) -> None:
    label = ["positive"] if command == ["correct"] else []

    done = run(*command, UNKNOWN, *label)

    assert (done.exit_code, len(records)) == (2, 3)
    assert "There is no result" in done.output


def test_commands_say_what_an_id_is(run: Run, records: list[ResultRecord]) -> None:
    done = run("show", "one")

    assert (done.exit_code, len(records)) == (2, 3)
    assert "UUID of version 7" in done.output


def test_commands_say_that_nothing_was_recorded_yet(run: Run, log_path: Path) -> None:
    done = run("list")

    assert done.exit_code == 2
    assert "windvane serve" in done.output
    assert not log_path.exists()


def test_commands_say_that_results_are_not_recorded(run: Run) -> None:
    done = run("list", "--result-log", "none:")

    assert done.exit_code == 2
    assert "not recorded" in done.output


def test_moment_that_is_none_is_named(run: Run) -> None:
    done = run("list", "--from", "yesterday")

    assert done.exit_code == 2
    assert "2026-11-22" in done.output
    assert "yesterday" not in done.output


@pytest.fixture
def damaged(records: list[ResultRecord], log_path: Path) -> ResultRecord:
    """One of the records, the newest with a text, changed by hand."""
    record = next(record for record in records if record.text is not None)
    change_row(log_path, record.result_id, "scores", "{")
    return record


@pytest.mark.parametrize(
    "command",
    [
        ["list"],
        ["list", "--format", "jsonl"],
        ["list", "--format", "csv"],
        ["summary"],
        ["summary", "--json"],
        ["export", "-o", "-"],
    ],
    ids=" ".join,
)
def test_commands_leave_out_damaged_records_and_say_so(
    run: Run, damaged: ResultRecord, command: list[str]
) -> None:
    done = run(*command)

    hint = f"`windvane results delete {damaged.result_id}` erases it."
    assert done.exit_code == 0
    assert f"1 damaged record was left out. {hint}" in done.stderr
    assert damaged.result_id not in done.stdout


@pytest.mark.parametrize("command", [["show"], ["correct"]])
def test_commands_say_that_a_record_is_damaged(
    run: Run, damaged: ResultRecord, command: list[str]
) -> None:
    label = ["positive"] if command == ["correct"] else []

    done = run(*command, damaged.result_id, *label)

    assert (done.exit_code, done.stdout) == (2, "")
    assert f"The record of result {damaged.result_id} is damaged" in done.stderr
    assert str(damaged.text) not in done.output


def test_damaged_record_can_be_deleted(run: Run, damaged: ResultRecord) -> None:
    done = run("delete", damaged.result_id, "--yes")

    assert done.exit_code == 0
    assert "damaged" not in run("list").output


def _record_subjects(log: SqliteResultLog) -> list[ResultRecord]:
    """Record two results of subject 4711, and one of another."""
    hashes = [SubjectHasher(log, "").hash(subject) for subject in ("4711", "4711", "4712")]
    records = [make_record(text="good", subject_hash=one) for one in hashes]
    log.write(records)
    return records


def test_list_and_export_take_a_subject(
    run: Run, result_log: SqliteResultLog, tmp_path: Path
) -> None:
    *own, other = _record_subjects(result_log)
    exported = tmp_path / "out.jsonl"

    listed = run("list", "--subject", "4711", "--format", "jsonl").output.splitlines()
    run("export", "--subject", "4712", "-o", str(exported))
    summary = json.loads(run("summary", "--subject", "4711", "--json").output)

    ids = {json.loads(line)["result_id"] for line in listed}
    [row] = exported.read_text(encoding="utf-8").splitlines()
    assert ids == {one.result_id for one in own}
    assert json.loads(row)["result_id"] == other.result_id
    assert summary["results"] == 2


def test_delete_erases_all_results_of_a_subject(run: Run, result_log: SqliteResultLog) -> None:
    *own, other = _record_subjects(result_log)

    asked = run("delete", "--subject", "4711")
    done = run("delete", "--subject", "4711", "--yes")
    again = run("delete", "--subject", "4711", "--yes")

    assert asked.exit_code == 1
    assert (done.exit_code, done.output) == (0, "2 results are erased.\n")
    assert (again.exit_code, again.output) == (0, "0 results are erased.\n")
    assert [result_log.read(one.result_id) for one in (*own, other)] == [None, None, other]


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["delete", "--yes"], "either the ID of a result or --subject"),
        (["delete", UNKNOWN, "--subject", "a", "--yes"], "either the ID of a result or --subject"),
        (["delete", "--subject", "", "--yes"], "1 to 256 characters"),
        (["list", "--subject", "a\tb"], "1 to 256 characters"),
    ],
    ids=["neither", "both", "empty", "control"],
)
def test_command_says_what_a_subject_is(
    run: Run, result_log: SqliteResultLog, arguments: list[str], says: str
) -> None:
    done = run(*arguments)

    assert done.exit_code == 2
    assert says in done.output
