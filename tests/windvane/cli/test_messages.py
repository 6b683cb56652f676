import os
import sys
from pathlib import Path

import pytest

from windvane.cli.messages import describe_command


@pytest.fixture
def program(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The command in a clone, which is not on the PATH."""
    path = tmp_path / ".venv" / "bin" / "windvane"
    path.parent.mkdir(parents=True)
    path.touch(mode=0o755)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PATH", os.devnull)
    return path


def test_describe_command_begins_as_the_user_called_it(
    program: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "argv", [".venv/bin/windvane", "train"])

    assert describe_command("export", Path("a b")) == ".venv/bin/windvane export 'a b'"


def test_describe_command_is_short_where_the_command_is_on_the_path(
    program: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "argv", [str(program), "train"])
    monkeypatch.setenv("PATH", str(program.parent))

    assert describe_command("export", Path("-x")) == "windvane export ./-x"


def test_describe_command_names_the_command_where_python_runs_a_module(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(sys, "argv", ["/srv/windvane/cli/main.py"])

    assert describe_command("export") == "windvane export"
