"""HTTP servers in child processes on loopback."""

import http.client
import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass, field
from http import HTTPStatus
from pathlib import Path

from benchmarks.child_process import build_environment, stop
from benchmarks.command_line import BenchmarkError
from benchmarks.load.http_client import HOST
from benchmarks.paths import ROOT, SHIPPED_CHECKPOINT
from benchmarks.texts import SHORT_TEXTS

START_SECONDS = 120
POLL_SECONDS = 0.005
SHORT_BODIES = [json.dumps({"text": text}).encode() for text in SHORT_TEXTS]


class ServerStartError(BenchmarkError):
    """A server ended, or took too long to start."""


@dataclass(frozen=True)
class ServerSpec:
    """One server.

    Attributes:
        name: Its key in the results.
        title: Its name in the tables.
        command: Module and arguments; ``{port}`` stands for the port.
        path: Route that classifies ``{"text": ...}``.
        folder: Where it starts, whose modules it takes.
        environ: Further environment variables.
        python: Interpreter that has its packages.
    """

    name: str
    title: str
    command: tuple[str, ...]
    path: str
    folder: Path = ROOT
    environ: Mapping[str, str] = field(default_factory=dict, hash=False)
    python: Path = Path(sys.executable)


NO_RESULT_LOG = {"WINDVANE_RESULT_LOG_URI": "none:"}
WINDVANE_SERVER = ServerSpec(
    "windvane",
    "Windvane, no result log",
    ("windvane.cli.main", "serve", "--port", "{port}"),
    "/sentiment",
    environ=NO_RESULT_LOG,
)
FLASK_SERVER = ServerSpec(
    "flask",
    "Flask + pipeline",
    ("benchmarks.servers.flask_app", str(SHIPPED_CHECKPOINT), "{port}"),
    "/predict",
)


@dataclass(frozen=True)
class RunningServer:
    """A server that has served its first request; ``start_ms`` is the time until then."""

    port: int
    start_ms: float
    pid: int


@contextmanager
def start_server(
    spec: ServerSpec, *, threads: int | None = None, environ: Mapping[str, str] | None = None
) -> Iterator[RunningServer]:
    """Run a server on a free port until the block ends.

    Args:
        spec: The server.
        threads: Threads that it may use; by default as many as it chooses.
        environ: Environment variables beside those of the server's spec.

    Raises:
        ServerStartError: The server ended, or did not respond with 200 in time.
    """
    port = _find_free_port()
    start = time.perf_counter()
    process = subprocess.Popen(  # noqa: S603 - our own modules
        [spec.python, "-m", *(part.format(port=port) for part in spec.command)],
        cwd=spec.folder,
        env={**_limit_threads(threads), **spec.environ, **(environ or {})},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        text=True,
        start_new_session=True,
    )
    try:
        while not _is_ready(port, spec.path):
            seconds = time.perf_counter() - start
            if process.poll() is not None or seconds > START_SECONDS:
                raise ServerStartError(f"{spec.title} did not start within {seconds:.0f} s.")
            time.sleep(POLL_SECONDS)
        yield RunningServer(port, (time.perf_counter() - start) * 1000, process.pid)
    finally:
        stop(process)
        with suppress(ProcessLookupError):  # workers that outlived it
            os.killpg(process.pid, signal.SIGKILL)


def _limit_threads(threads: int | None) -> dict[str, str]:
    if threads is None:
        return dict(os.environ)
    return {**build_environment(threads), "WINDVANE_THREADS": str(threads)}


def _is_ready(port: int, path: str) -> bool:
    """Send one text; connections are refused until the server listens."""
    connection = http.client.HTTPConnection(HOST, port, timeout=START_SECONDS)
    with closing(connection):
        try:
            connection.request("POST", path, SHORT_BODIES[0], {"Content-Type": "application/json"})
            return connection.getresponse().status == HTTPStatus.OK
        except OSError:
            return False


def _find_free_port() -> int:
    with socket.create_server((HOST, 0)) as listener:
        port: int = listener.getsockname()[1]
    return port
