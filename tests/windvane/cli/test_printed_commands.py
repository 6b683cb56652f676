"""The commands that help texts, hints and messages print."""

import ast
import re
import shlex
from collections.abc import Iterator
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from tests.conftest import REPOSITORY
from tests.windvane.cli.command_lookup import find_command
from tests.windvane.result_log.records import make_record
from windvane.cli.main import COMMANDS, windvane
from windvane.result_log.sqlite.sqlite_log import SqliteResultLog

PARTS = ("windvane", "model_export", "infra")
CALL = re.compile(rf"windvane ((?:{'|'.join(COMMANDS)})\b[^\n`.;,:()]*)")
MAKE_CALL = re.compile(r"\bmake ([a-z0-9-]*[a-z0-9])(?= [A-Z]+=|,|`|$)")
EXAMPLE = re.compile(r"^  windvane (.+)$", re.MULTILINE)
RUN = ("results", "data")
"""Commands whose examples need neither a model nor minutes."""


def find_strings() -> Iterator[str]:
    """Read the text of every string, with 1 in the place of what is formatted."""
    for part in PARTS:
        for path in (REPOSITORY / part).rglob("*.py"):
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                if isinstance(node, ast.Constant) and isinstance(node.value, str):
                    yield node.value
                if isinstance(node, ast.JoinedStr):
                    yield "".join(
                        str(each.value) if isinstance(each, ast.Constant) else "1"
                        for each in node.values
                    )


def find_examples(command: click.Command) -> Iterator[str]:
    if isinstance(command, click.Group):
        context = click.Context(command)
        for name in command.list_commands(context):
            child = command.get_command(context, name)
            assert child
            yield from find_examples(child)
    for text in (command.help, command.epilog):
        yield from EXAMPLE.findall(text or "")


STRINGS = sorted(set(find_strings()))
PRINTED = sorted({match for text in STRINGS for match in CALL.findall(text)})
MAKE_TARGETS = sorted({match for text in STRINGS for match in MAKE_CALL.findall(text)})
EXAMPLES = sorted(set(find_examples(windvane)))


def test_commands_of_each_kind_are_found() -> None:
    assert len(PRINTED) > 25
    assert {"setup-1", "deploy"} <= set(MAKE_TARGETS)
    assert len(EXAMPLES) > 8


@pytest.mark.parametrize("printed", PRINTED)
def test_printed_command_exists_with_its_options(printed: str) -> None:
    words = printed.split()

    command = find_command(words)

    assert command
    known = {option for param in command.params for option in (*param.opts, *param.secondary_opts)}
    used = {word for word in words if re.match(r"--?[a-z]", word)}
    assert used <= known


@pytest.mark.parametrize("target", MAKE_TARGETS)
def test_printed_make_target_exists(target: str) -> None:
    makefile = (REPOSITORY / "Makefile").read_text(encoding="utf-8")
    names = [target.replace("1", extra) for extra in ("export", "train", "evaluate")]

    assert all(re.search(rf"^{name}:", makefile, re.MULTILINE) for name in names)


@pytest.mark.parametrize("example", EXAMPLES)
def test_example_parses(example: str, folder: Path) -> None:
    words = _split(example)

    command = find_command(words)

    assert command
    command.make_context(command.name, words)


@pytest.mark.parametrize("example", [each for each in EXAMPLES if each.startswith(RUN)])
def test_example_runs_as_printed(example: str, folder: Path) -> None:
    done = CliRunner().invoke(windvane, _split(example))

    assert done.exit_code == 0, done.output


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where the reader stands: with labelled files, a checked result and the models."""
    for name in ("my-checkpoint", "my-large-model", "my-encoder"):
        (tmp_path / name).mkdir()
    (tmp_path / "models").symlink_to(REPOSITORY / "models")
    (tmp_path / "reviews.csv").write_text("text,label\ngood,positive\n", encoding="utf-8")
    for name in ("limits.toml", "held-out.jsonl", "held-out.csv"):
        (tmp_path / name).touch()
    (tmp_path / "train.jsonl").write_text('{"text": "good", "stars": 5}\n', encoding="utf-8")
    (tmp_path / "test.jsonl").write_text('{"text": "bad", "label": "negative"}\n', encoding="utf-8")
    log = SqliteResultLog(str(tmp_path / "results.db"))
    log.write([make_record(label="negative", text="=1+1 is bad", feedback_label="negative")])
    log.close()
    monkeypatch.setenv("WINDVANE_RESULT_LOG_URI", f"sqlite:///{tmp_path / 'results.db'}")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def _split(example: str) -> list[str]:
    command, _, _ = example.partition(" > ")  # a shell's redirection
    return shlex.split(command)
