"""The stage files of a rehearsal: those of the repository or its own, origins and clients."""

import re
import shutil
from collections.abc import Sequence
from pathlib import Path

from infra.stage_files import find_folder

ORIGINS = re.compile(r"^allowed_origins\s*=\s*\[.*?\]\s*$", re.MULTILINE | re.DOTALL)
AUTHORIZER = re.compile(r"^authorizer = .*$", re.MULTILINE)
OWN_STAGES = Path(__file__).with_name("stages")
BULK = "bulk"
"""A stage with bulk jobs."""
OPTIONS = "options"
"""A stage with what the repository's leave out."""

OPEN_CLIENT = "rehearsal-open"
LIMITED_CLIENT = "rehearsal-limited"
CLIENTS = f"""
[[clients]]
name = "{OPEN_CLIENT}"
requests_per_second = 10
burst = 20
requests_per_day = 1000

[[clients]]
name = "{LIMITED_CLIENT}"
requests_per_second = 10
burst = 20
requests_per_day = 1000
own_results_only = true
"""
"""One that sees all results, and one that sees its own."""


def find_source(stage: str) -> Path:
    """Return the folder of a stage's file: the one that is deployed from, or else ours."""
    folder = find_folder()
    is_own = not (folder / f"{stage}.toml").exists() and (OWN_STAGES / f"{stage}.toml").exists()
    return OWN_STAGES if is_own else folder


def write_stage_files(
    folder: Path, stage: str, origins: Sequence[str], *, source: Path | None = None
) -> None:
    """Copy the stage files, add two clients, and let the pages of these origins alone call the API.

    Args:
        folder: Where to; it must not exist.
        stage: The stage that is rehearsed.
        origins: Such as ``http://127.0.0.1:8000``.
        source: Folder of the files; None for the stage's own.
    """
    shutil.copytree(source or find_source(stage), folder)
    path = folder / f"{stage}.toml"
    rest = ORIGINS.sub("", path.read_text(encoding="utf-8"))
    # The first line: below a table it would be a key of that table.
    content = f"allowed_origins = {list(origins)}\n{rest}\n{CLIENTS}"
    path.write_text(content, encoding="utf-8")


def replace_authorizer(folder: Path, stage: str, authorizer: str) -> None:
    """Let other callers in than a stage's file does."""
    path = folder / f"{stage}.toml"
    text = AUTHORIZER.sub(f'authorizer = "{authorizer}"', path.read_text(encoding="utf-8"))
    path.write_text(text, encoding="utf-8")


def add_shadow(folder: Path, stage: str, bundle: Path) -> None:
    """Let a challenger answer every text in shadow."""
    with (folder / f"{stage}.toml").open("a", encoding="utf-8") as file:
        file.write(f'\n[shadow]\nbundle = "{bundle}"\nshare = 1.0\n')


def add_monitor(folder: Path, stage: str) -> None:
    """Let results be compared with the bundle's profile."""
    with (folder / f"{stage}.toml").open("a", encoding="utf-8") as file:
        file.write("\n[monitor]\nevery_hours = 24\n")
