"""The stage files of a rehearsal: those of the repository, and a page's origin."""

import re
import shutil
from pathlib import Path

from infra.stage_files import find_folder

ORIGINS = re.compile(r"^allowed_origins\s*=\s*\[.*?\]\s*$", re.MULTILINE | re.DOTALL)


def write_stage_files(folder: Path, stage: str, origin: str, *, source: Path | None = None) -> None:
    """Copy the stage files, and let the pages of an origin, and of no other, call the API.

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
    path.write_text(f'allowed_origins = ["{origin}"]\n{rest}', encoding="utf-8")
