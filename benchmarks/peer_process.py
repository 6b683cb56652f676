"""A peer in a child process, which is sent JSON requests."""

import json
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import asdict
from pathlib import Path
from typing import IO, Any, cast

from benchmarks.child_process import build_environment, peak_memory_mb, stop
from benchmarks.command_line import BenchmarkError
from benchmarks.paths import ROOT
from benchmarks.peers.protocol import Setting

RESPONSE_SECONDS = 180
PREPARE_SECONDS = 600
LAST_LINES = 5


class PeerProcessError(BenchmarkError):
    """A peer's process failed or took too long; the message ends with its last error lines."""


def prepare_model(module: str, checkpoint: Path, folder: Path) -> None:
    """Make a peer's model folder in a child process.

    Raises:
        PeerProcessError: The child failed or took too long.
    """
    arguments = [module, str(checkpoint), str(folder)]
    command = [sys.executable, "-m", "benchmarks.prepare_model", *arguments]
    try:
        subprocess.run(  # noqa: S603 - our own module
            command, cwd=ROOT, capture_output=True, text=True, timeout=PREPARE_SECONDS, check=True
        )
    except subprocess.TimeoutExpired as error:
        raise PeerProcessError(f"{module} took over {PREPARE_SECONDS} s.") from error
    except subprocess.CalledProcessError as error:
        raise PeerProcessError(f"{module} failed: {_last_lines(error.stderr)}") from error


class PeerProcess:
    """A running `benchmarks.peer_worker`, made by `start_peer`.

    Attributes:
        start_ms: From the start of the process to its first prediction.
    """

    def __init__(
        self, name: str, process: subprocess.Popen[str], errors: IO[str], started: float
    ) -> None:
        """Wait for the first prediction.

        Raises:
            PeerProcessError: The process ended or took too long.
        """
        self._name = name
        self._process = process
        self._requests = cast(IO[str], process.stdin)
        self._responses = cast(IO[str], process.stdout)
        self._errors = errors
        self._read()
        self.start_ms = (time.perf_counter() - started) * 1000

    def request(self, request: Mapping[str, Any]) -> dict[str, Any]:
        """Send a request of `benchmarks.peer_worker.measure` and wait for the response.

        Raises:
            PeerProcessError: The process ended or took too long.
        """
        with suppress(BrokenPipeError):  # reading then says why the process ended
            self._requests.write(json.dumps(request) + "\n")
            self._requests.flush()
        return self._read()

    @property
    def peak_memory_mb(self) -> float | None:
        """Peak memory so far."""
        return peak_memory_mb(self._process.pid)

    def _read(self) -> dict[str, Any]:
        watchdog = threading.Timer(RESPONSE_SECONDS, self._process.kill)
        watchdog.start()
        line = self._responses.readline()
        watchdog.cancel()
        if not line:
            self._process.wait()
            self._errors.seek(0)
            raise PeerProcessError(f"{self._name} ended early: {_last_lines(self._errors.read())}")
        response: dict[str, Any] = json.loads(line)
        return response


@contextmanager
def start_peer(module: str, folder: Path, setting: Setting) -> Iterator[PeerProcess]:
    """Run a peer until the block ends.

    Raises:
        PeerProcessError: The process ended or took too long.
    """
    command = [sys.executable, "-m", "benchmarks.peer_worker", module, str(folder)]
    with tempfile.TemporaryFile("w+") as errors:
        started = time.perf_counter()
        process = subprocess.Popen(  # noqa: S603 - our own worker
            [*command, json.dumps(asdict(setting))],
            cwd=ROOT,
            env=build_environment(setting.threads * setting.workers),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=errors,
            text=True,
        )
        try:
            yield PeerProcess(module, process, errors, started)
        finally:
            stop(process)


def _last_lines(text: str) -> str:
    """Return the last lines of an error output, which name the reason."""
    return "\n".join(text.strip().splitlines()[-LAST_LINES:])
