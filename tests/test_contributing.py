"""CONTRIBUTING.md names files and folders that exist."""

import re

import pytest

from tests.conftest import REPOSITORY
from tests.pages import PAGES

CONTRIBUTING = PAGES["CONTRIBUTING.md"]
SUFFIXES = "py|md|toml|json|txt"
PATHS = sorted(
    {
        code
        for code in re.findall(r"`([\w./-]+)`", CONTRIBUTING)
        if re.search(rf"\w/|\.({SUFFIXES})$", code) and code not in {"command.py", "run.py"}
    }
)
QUESTIONS = re.findall(
    r"^\| (.+\?) \| (.+) \|$", CONTRIBUTING.partition("## How to add")[0], re.MULTILINE
)
FOLDERS_IN_README = re.findall(
    r"^(\s*)(\w+)/ ", PAGES["README.md"].partition("## Folders")[2], re.MULTILINE
)


def test_contributing_answers_eighteen_questions_with_paths() -> None:
    assert len(QUESTIONS) >= 18
    assert all(re.search(r"`[\w./-]+/[\w./-]*`", answer) for _, answer in QUESTIONS)
    assert len(PATHS) > 30


@pytest.mark.parametrize("path", PATHS)
def test_contributing_path_exists(path: str) -> None:
    assert (REPOSITORY / path).exists()


@pytest.mark.parametrize(("indent", "folder"), FOLDERS_IN_README)
def test_readme_folder_exists(indent: str, folder: str) -> None:
    parent = REPOSITORY / "windvane" if indent else REPOSITORY

    assert (parent / folder).is_dir()


@pytest.mark.parametrize(
    ("parent", "indent"), [(".", ""), ("windvane", "  ")], ids=["top", "package"]
)
def test_readme_shows_every_package(parent: str, indent: str) -> None:
    shown = {folder for space, folder in FOLDERS_IN_README if space == indent}

    packages = {path.parent.name for path in (REPOSITORY / parent).glob("*/__init__.py")}

    assert packages
    assert packages <= shown
