"""The ``windvane`` commands of the pages that need no training are run as printed."""

import os
import shlex
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.conftest import REPOSITORY
from tests.page_requests import send_curl
from tests.pages import BLOCKS
from tests.windvane.api.serve_process import run_serve
from tests.windvane.cli.windvane_process import windvane_command
from windvane.facts import DEFAULT_BUNDLE

PROGRAM = ".venv/bin/windvane"
RUN_AS_PRINTED = tuple(
    f"{PROGRAM} {command} " for command in ("classify", "results", "evaluate", "jobs", "monitor")
)
COMMAND_BLOCKS = [
    block
    for block in BLOCKS
    if block.language == "bash"
    and block.page != "docs/runbook.md"
    and "--stage" not in block.code
    and all(line.startswith(RUN_AS_PRINTED) for line in block.lines)
]
LINES = sorted({line for block in COMMAND_BLOCKS for line in block.lines})
SHOWN_BY_COMMAND = {
    "classify I love it": ("positive", "negative"),
    "classify --input": (),
    "jobs start reviews.csv": ("2 rows: 2 classified", "windvane-jobs/reviews/manifest.json"),
    "results list --subject": (),
    "results delete --subject": ("results are erased",),
    "results list": ("positive", "negative"),
    "results summary": ("positive", "/sentiment"),
    "results export": (),
    "evaluate models/sentiment-minilm/bundle --behaviour": ("negation", "1,133"),
    "monitor profile my-bundle held-out.csv": ("profile of 150 texts",),
    "monitor --from": ("2 records", "limits hold"),
}
"""What the output of each command has to contain."""
WRITTEN_FILES = {"labelled.csv": "I love it", "rows.csv": "This is dreadful."}
RECORDED_TEXTS = ("I love it", "This is dreadful.")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the reader stands: with a file of reviews, recorded results and the models."""
    folder = tmp_path_factory.mktemp("reader")
    (folder / "reviews.csv").write_text("id,review\n1,I love it\n2,Awful.\n", encoding="utf-8")
    reviews = "".join(f"{'Good' if i % 2 else 'Bad'} number {i}\n" for i in range(150))
    (folder / "held-out.csv").write_text(f"review\n{reviews}", encoding="utf-8")
    (folder / "models").symlink_to(REPOSITORY / "models")
    shutil.copytree(DEFAULT_BUNDLE, folder / "my-bundle")
    with run_serve(environ=_log_settings(folder)) as server:
        for text in RECORDED_TEXTS:
            send_curl(
                f"curl -s {server.url}/sentiment -H 'content-type: application/json' "
                f"""-d '{{"text": "{text}"}}'"""
            )
    return folder


def test_pages_have_commands_of_each_kind() -> None:
    commands = [_read_arguments(line) for line in LINES]

    assert all(_find_shown(arguments) is not None for arguments in commands)
    assert len(commands) >= len(SHOWN_BY_COMMAND)


@pytest.mark.parametrize("line", LINES)
def test_command_runs_as_printed(folder: Path, line: str) -> None:
    arguments = _read_arguments(line)

    done = _run(arguments, folder)

    assert done.returncode == 0, done.stderr
    assert [word for word in _find_shown(arguments) or () if word not in done.stdout] == []
    for name, text in WRITTEN_FILES.items():
        if name in arguments:
            assert text in (folder / name).read_text(encoding="utf-8")


def _read_arguments(line: str) -> list[str]:
    return shlex.split(line, comments=True)[1:]


def _find_shown(arguments: list[str]) -> tuple[str, ...] | None:
    command = " ".join(arguments)
    return next(
        (shown for start, shown in SHOWN_BY_COMMAND.items() if command.startswith(start)), None
    )


def _run(arguments: list[str], folder: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        windvane_command(*arguments),
        cwd=folder,
        env={**os.environ, **_log_settings(folder), "PYTHONPATH": str(REPOSITORY)},
        capture_output=True,
        check=False,
        text=True,
        timeout=120,
    )


def _log_settings(folder: Path) -> dict[str, str]:
    return {
        "WINDVANE_RESULT_LOG_URI": f"sqlite:///{folder / 'results.db'}",
        "WINDVANE_STORE_TEXT": "full",
    }
