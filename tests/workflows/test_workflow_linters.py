"""The workflows pass four linters, none of which needs a network."""

import subprocess
import sys
from pathlib import Path

import pytest

from tests.workflows.workflow_files import FOLDER, PATHS

BIN = Path(sys.executable).parent
LINTERS = {
    "actionlint": ("actionlint", "-no-color"),
    "zizmor": ("zizmor", "--offline", "--quiet", "--persona", "pedantic", "--color", "never"),
    "check-jsonschema": ("check-jsonschema", "--builtin-schema", "vendor.github-workflows"),
}
ACT = ("act", "--validate", "--strict", "-W")
"""Takes one file or folder at a time."""

SOUND = """\
name: Sound
on: push
permissions: {}
concurrency: {group: sound, cancel-in-progress: true}
jobs:
  one:
    name: one
    runs-on: ubuntu-24.04
    timeout-minutes: 5
    steps:
      - run: make test
"""
STEP = "      - run: make test\n"


def lint(command: tuple[str, ...], *paths: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [str(BIN / command[0]), *command[1:], *map(str, paths)],
        cwd=paths[0].parent,
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.parametrize("linter", LINTERS)
def test_workflows_pass(linter: str) -> None:
    done = lint(LINTERS[linter], *PATHS)

    assert done.returncode == 0, done.stdout + done.stderr


def test_workflows_pass_act() -> None:
    done = lint(ACT, FOLDER)

    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize(
    ("command", "sound", "broken", "finding"),
    [
        (LINTERS["actionlint"], STEP, STEP + "    needs: nobody\n", "nobody"),
        (LINTERS["zizmor"], STEP, "      - uses: actions/checkout@v5\n", "unpinned-uses"),
        (LINTERS["check-jsonschema"], "timeout-minutes", "timeout", "timeout"),
        (ACT, "timeout-minutes", "timeout", "timeout"),
    ],
    ids=["actionlint", "zizmor", "check-jsonschema", "act"],
)
def test_linter_finds_a_fault(
    tmp_path: Path, command: tuple[str, ...], sound: str, broken: str, finding: str
) -> None:
    path = tmp_path / "workflow.yml"
    path.write_text(SOUND, encoding="utf-8")
    before = lint(command, path)
    path.write_text(SOUND.replace(sound, broken), encoding="utf-8")

    after = lint(command, path)

    assert before.returncode == 0, before.stdout + before.stderr
    assert after.returncode != 0
    assert finding in after.stdout + after.stderr
