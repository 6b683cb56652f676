"""Child processes: started the same way for every peer, asked in JSON, always ended."""

import contextlib
import json
import os
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from types import TracebackType
from typing import IO, Any, Self, cast

from benchmarks.peers.protocol import Setting

ROOT = Path(__file__).parents[1]
ANSWER_SECONDS = 180
PREPARE_SECONDS = 600
LAST_LINES = 5


class PeerProcessError(Exception):
    """A peer's process ended, or did not answer in time; the message holds its last words."""


def build_environment(threads: int) -> dict[str, str]:
    """Build a child's environment: as many threads as it may use, and no calls home.

    Python may keep byte-code, or every start would compile the source of all that is imported.
    """
    environment = {
        **os.environ,
        "OMP_NUM_THREADS": str(threads),
        "RAYON_NUM_THREADS": str(threads),
        "TOKENIZERS_PARALLELISM": "true" if threads > 1 else "false",
        "HF_HUB_OFFLINE": "1",
    }
    environment.pop("PYTHONDONTWRITEBYTECODE", None)
    return environment


def run_module(module: str, arguments: Sequence[str], *, timeout_seconds: float) -> str:
    """Run ``python -m module`` to its end.

    Returns:
        What it wrote to standard output.

    Raises:
        PeerProcessError: It failed or took too long.
    """
    try:
        done = subprocess.run(  # noqa: S603 - our own modules
            [sys.executable, "-m", module, *arguments],
            cwd=ROOT,
            capture_output=True,
            text=True,
            timeout=timeout_seconds,
            check=True,
        )
    except subprocess.TimeoutExpired as error:
        raise PeerProcessError(f"{module} took over {timeout_seconds:.0f} s.") from error
    except subprocess.CalledProcessError as error:
        raise PeerProcessError(f"{module} failed: {last_lines(error.stderr)}") from error
    return done.stdout


def last_lines(text: str) -> str:
    """Keep the end of an error output, where the reason stands."""
    return "\n".join(text.strip().splitlines()[-LAST_LINES:])


class WorkerProcess:
    """A running `benchmarks.worker`.

    Attributes:
        start_ms: From the start of the process to its first answer.
    """

    def __init__(self, module: str, folder: Path, setting: Setting) -> None:
        """Start it and wait for its first answer.

        Raises:
            PeerProcessError: It gave none.
        """
        self._errors = tempfile.TemporaryFile("w+")  # noqa: SIM115 - see close()
        command = [sys.executable, "-m", "benchmarks.worker", module, str(folder)]
        start = time.perf_counter()
        self._process = subprocess.Popen(  # noqa: S603 - our own worker
            [*command, json.dumps(asdict(setting))],
            cwd=ROOT,
            env=build_environment(setting.threads * setting.workers),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._errors,
            text=True,
        )
        self._module = module
        self._requests = cast(IO[str], self._process.stdin)
        self._answers = cast(IO[str], self._process.stdout)
        self._read()
        self.start_ms = (time.perf_counter() - start) * 1000

    def ask(self, request: Mapping[str, Any]) -> dict[str, Any]:
        """Send a request of `benchmarks.worker.answer` and wait for the answer.

        Raises:
            PeerProcessError: The worker ended, or took too long and was killed.
        """
        with contextlib.suppress(BrokenPipeError):  # then the reading below tells why it ended
            self._requests.write(json.dumps(request) + "\n")
            self._requests.flush()
        return self._read()

    @property
    def peak_memory_mb(self) -> float | None:
        """The most memory it has held so far."""
        return peak_memory_mb(self._process.pid)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """End it."""
        stop(self._process)
        self._errors.close()

    def _read(self) -> dict[str, Any]:
        watchdog = threading.Timer(ANSWER_SECONDS, self._process.kill)
        watchdog.start()
        line = self._answers.readline()
        watchdog.cancel()
        if not line:
            self._errors.seek(0)
            reason = last_lines(self._errors.read())
            self.close()
            raise PeerProcessError(f"{self._module} ended early: {reason}")
        answer: dict[str, Any] = json.loads(line)
        return answer


def stop(process: subprocess.Popen[str]) -> None:
    """End a child: politely first."""
    process.terminate()
    try:
        process.communicate(timeout=5)
    except subprocess.TimeoutExpired:
        process.kill()
        process.communicate()


def peak_memory_mb(pid: int) -> float | None:
    """Read the peak resident memory of a process, in MB, where ``/proc`` tells it (Linux)."""
    status = Path(f"/proc/{pid}/status")
    if not status.exists():
        return None
    fields = dict(line.split(":", 1) for line in status.read_text(encoding="utf-8").splitlines())
    return int(fields["VmHWM"].split()[0]) * 1024 / 1e6
