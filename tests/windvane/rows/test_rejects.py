"""Rows that could not be used."""

import json
from pathlib import Path

import pytest

from windvane.rows.rejects import Rejects, filter_rows, open_rejects
from windvane.rows.row import Reject, Row

BLANK = Reject(7, "the text breaks a rule: not blank")


def test_open_rejects_writes_line_and_reason(tmp_path: Path) -> None:
    file = tmp_path / "rejects.jsonl"

    with open_rejects(file) as rejects:
        rejects.add(BLANK)

    assert rejects.count == 1
    assert json.loads(file.read_text(encoding="utf-8")) == {"line": 7, "reason": BLANK.reason}


def test_open_rejects_leaves_no_file_where_there_are_none(tmp_path: Path) -> None:
    file = tmp_path / "rejects.jsonl"
    file.write_text("of an earlier run", encoding="utf-8")

    with open_rejects(file) as rejects:
        pass

    assert rejects.count == 0
    assert not file.exists()


def test_rejects_go_to_stderr_where_there_is_no_file(capsys: pytest.CaptureFixture[str]) -> None:
    with open_rejects(None) as rejects:
        rejects.add(BLANK)

    assert capsys.readouterr().err == "line 7: the text breaks a rule: not blank\n"


def test_rejects_go_to_stdout_if_it_is_named(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)

    with open_rejects(Path("-")) as rejects:
        rejects.add(BLANK)

    assert json.loads(capsys.readouterr().out)["line"] == 7
    assert list(tmp_path.iterdir()) == []


def test_filter_rows_returns_rows_without_a_fault(capsys: pytest.CaptureFixture[str]) -> None:
    rows = [Row(line, "good", {}) for line in (1, 2)]
    rejects = Rejects(None)

    good = filter_rows(
        [rows[0], BLANK, rows[1]], rejects, lambda row: "it is late" if row.line > 1 else None
    )

    assert good == [rows[0]]
    assert rejects.count == 2
    assert capsys.readouterr().err.endswith("line 2: it is late\n")
