"""The stage files of a rehearsal: those of the repository, a page's origin and two clients."""

import re
import shutil
from pathlib import Path

from infra.stage_files import find_folder

ORIGINS = re.compile(r"^allowed_origins\s*=\s*\[.*?\]\s*$", re.MULTILINE | re.DOTALL)

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


def write_stage_files(folder: Path, stage: str, origin: str, *, source: Path | None = None) -> None:
    """Copy the stage files, add two clients, and let the pages of one origin call the API.

    Args:
        folder: Where to; it must not exist.
        stage: The stage that is rehearsed.
        origin: Such as ``http://127.0.0.1:8000``.
        source: Folder of the files; None for the one that is deployed from.
    """
    shutil.copytree(source or find_folder(), folder)
    path = folder / f"{stage}.toml"
    rest = ORIGINS.sub("", path.read_text(encoding="utf-8"))
    # The first line: below a table it would be a key of that table.
    content = f'allowed_origins = ["{origin}"]\n{rest}\n{CLIENTS}'
    path.write_text(content, encoding="utf-8")
