"""Where commands look for the result log."""

from pathlib import Path

import pytest
from click.testing import CliRunner

from tests.windvane.result_log.records import make_record
from windvane.cli.main import windvane
from windvane.result_log.sqlite.sqlite_log import SqliteResultLog


def test_commands_find_a_log_in_the_home_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    log = SqliteResultLog(tmp_path / "results.db")
    record = make_record()
    log.write([record])
    log.close()

    command = ["results", "show", record.result_id, "--result-log", "sqlite:///~/results.db"]
    done = CliRunner().invoke(windvane, command)

    assert (done.exit_code, record.result_id in done.stdout) == (0, True)


@pytest.mark.parametrize("command", [["results", "list"], ["serve", "--port", "0"]])
@pytest.mark.parametrize("name", [":memory:", "results.db?timeout=5"])
def test_commands_say_what_names_no_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, command: list[str], name: str
) -> None:
    monkeypatch.chdir(tmp_path)

    done = CliRunner().invoke(windvane, [*command, "--result-log", f"sqlite:///{name}"])

    assert done.exit_code == 2
    assert "use sqlite:///path for a file, or none: to record nothing." in done.stderr
    assert list(tmp_path.iterdir()) == []
