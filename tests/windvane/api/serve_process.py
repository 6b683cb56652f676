"""``windvane serve`` as its own process."""

import os
import re
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[3]
RECORD_NOTHING = {"WINDVANE_RESULT_LOG_URI": "none:"}
URL = re.compile(r"https?://\S+?:\d+(?=\s)")


@dataclass(frozen=True)
class ServeProcess:
    """A server that has said that it is ready."""

    process: subprocess.Popen[str]
    url: str
    greeting: str


def serve_command(*arguments: str) -> list[str]:
    return [sys.executable, "-m", "windvane.cli.main", "serve", *arguments]


@contextmanager
def run_serve(
    *arguments: str,
    environ: Mapping[str, str] | None = None,
    program: Path | None = None,
    folder: Path = ROOT,
) -> Iterator[ServeProcess]:
    """Serve on a free port until the block ends: in ``folder``, by ``program`` or the clone's."""
    command = serve_command("--port", "0", *arguments)
    if program is not None:
        command[:3] = [str(program)]
    process = subprocess.Popen(
        command,
        cwd=folder,
        env={**os.environ, **RECORD_NOTHING, **(environ or {})},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    with process:
        try:
            greeting = _read_greeting(process)
            yield ServeProcess(process, URL.findall(greeting)[0], greeting)
        finally:
            process.terminate()
            process.communicate()  # one that waits for a reader of its log lines would never end


def _read_greeting(process: subprocess.Popen[str]) -> str:
    if process.stdout is None:
        raise RuntimeError("stdout is not a pipe")
    lines: list[str] = []
    for line in process.stdout:
        lines.append(line)
        if "/docs" in line:
            return "".join(lines)
    raise RuntimeError(f"windvane serve ended: {''.join(lines)}")
