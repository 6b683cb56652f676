"""``windvane`` as a process of its own, the way a shell starts it."""

import subprocess
import sys
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[3]


def windvane_command(*arguments: str) -> list[str]:
    return [sys.executable, "-m", "windvane.cli.main", *arguments]


def run_windvane(*arguments: str, **options: Any) -> subprocess.CompletedProcess[bytes]:
    command = windvane_command(*arguments)
    return subprocess.run(command, cwd=ROOT, capture_output=True, check=False, **options)
