"""A job on this machine: its input, its command as a process, and what it wrote."""

import json
import os
import subprocess
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec

from tests.windvane.cli.windvane_process import ROOT, windvane_command

WAIT_SECONDS = 30
PADDING = "x" * 400
"""One token: it makes rows long, so that a few thousand of them are several parts."""


@dataclass(frozen=True)
class LocalJob:
    """A folder with an input of numbered rows, of which every seventh is blank."""

    folder: Path
    bundle: Path
    rows: int

    @property
    def output(self) -> Path:
        """Folder of the job that the command starts; there is one."""
        [output] = (self.folder / "out").iterdir()
        return output

    @property
    def arguments(self) -> list[str]:
        """Start the job, one part after the other."""
        return [
            *("jobs", "start", "reviews.csv", "--output", "out"),
            *("--id-column", "id", "--processes", "1"),
        ]

    @property
    def process_options(self) -> dict[str, Any]:
        """Where and how the command runs as a process."""
        environ = {"PYTHONPATH": str(ROOT), "WINDVANE_BUNDLE_URI": str(self.bundle)}
        return {"cwd": self.folder, "env": {**os.environ, **environ}}

    def write_input(self) -> None:
        """Write the rows."""
        lines = (
            f"{number},{'' if number % 7 == 0 else f'good {PADDING}'}\n"
            for number in range(self.rows)
        )
        content = f"id,text\n{''.join(lines)}"
        (self.folder / "reviews.csv").write_text(content, encoding="utf-8")

    def run(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Run a command to its end."""
        return subprocess.run(
            windvane_command(*arguments),
            **self.process_options,
            capture_output=True,
            check=False,
            text=True,
            timeout=60,
        )

    def open(self) -> subprocess.Popen[str]:
        """Start the job in a process."""
        return subprocess.Popen(
            windvane_command(*self.arguments),
            **self.process_options,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def wait_for_parts(self, count: int) -> None:
        """Wait until so many parts are done."""
        wait_until(lambda: len(list(self.folder.glob("out/*/summaries/*.json"))) >= count)

    def stamp_parts(self) -> dict[Path, tuple[int, int]]:
        """Return inode and time of change of each file of a part that is done."""
        numbers = [path.stem for path in self.output.glob("summaries/*.json")]
        files = [path for number in numbers for path in self.output.glob(f"*/{number}.*")]
        return {path: (path.stat().st_ino, path.stat().st_mtime_ns) for path in files}

    def read_ids(self) -> list[int]:
        """Return the ids of all results, in order."""
        return [
            int(row["id"])
            for path in sorted(self.output.glob("parts/*.jsonl"))
            for row in map(json.loads, path.read_text(encoding="utf-8").splitlines())
        ]

    def read_manifest(self) -> dict[str, Any]:
        """Read the manifest."""
        manifest: dict[str, Any] = msgspec.json.decode((self.output / "manifest.json").read_bytes())
        return manifest


def wait_until(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + WAIT_SECONDS
    while not condition():
        if time.monotonic() > deadline:
            raise TimeoutError
        time.sleep(0.005)
