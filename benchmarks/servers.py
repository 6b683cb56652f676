"""The HTTP stage: the tutorials' Flask app and our server, in turn, under the same load."""

import http.client
import json
import socket
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass
from typing import Any

from benchmarks.figures import Latency, ServerFigures, median_latency, percentiles
from benchmarks.http_load import HOST, post
from benchmarks.models import SHIPPED_CHECKPOINT
from benchmarks.plan import Plan
from benchmarks.processes import (
    ROOT,
    PeerProcessError,
    build_environment,
    peak_memory_mb,
    run_module,
    stop,
)

START_SECONDS = 120
POLL_SECONDS = 0.005
SETTLE_SECONDS = 30


@dataclass(frozen=True)
class ServerSpec:
    """One server: its row's title, the module and arguments that start it, and its route.

    ``{port}`` in the arguments is filled in at the start.
    """

    name: str
    title: str
    command: tuple[str, ...]
    path: str


# Flask records nothing either.
_SERVE = ("windvane.cli.main", "serve", "--port", "{port}", "--result-log", "none:")
_FLASK = ("benchmarks.flask_app", str(SHIPPED_CHECKPOINT), "{port}")
WINDVANE_SERVER = ServerSpec("windvane", "Windvane", _SERVE, "/sentiment")
FLASK_SERVER = ServerSpec("flask", "Flask + pipeline", _FLASK, "/predict")


@dataclass(frozen=True)
class RunningServer:
    """A server that has answered its first request."""

    port: int
    start_ms: float
    pid: int


class ServerStage:
    """Measures servers that listen on loopback, each in a process of its own.

    Attributes:
        figures: What has been measured, by server.
    """

    def __init__(
        self, specs: tuple[ServerSpec, ...], plan: Plan, tell: Callable[[str], None]
    ) -> None:
        self.figures = {spec.name: ServerFigures(title=spec.title) for spec in specs}
        self._specs = specs
        self._plan = plan
        self._tell = tell
        self._latencies: dict[str, list[Latency]] = {spec.name: [] for spec in specs}
        self._rates: dict[tuple[str, int], list[float]] = {}

    def measure(self) -> None:
        """Start both, load one after the other while the other one rests, stop both."""
        for spec in self._specs:
            self._tell(f"{spec.title}: a first start, which keeps its byte-code")
            with start_server(spec, self._plan.bulk_threads):
                continue
        with ExitStack() as stack:
            running = {
                spec: stack.enter_context(start_server(spec, self._plan.bulk_threads))
                for spec in self._specs
            }
            for turn in range(self._plan.http_rounds):
                for spec, server in running.items():
                    self._tell(f"{spec.title}: round {turn + 1}")
                    self._measure_turn(spec, server)
            for spec, server in running.items():
                figures = self.figures[spec.name]
                figures.start_ms = server.start_ms
                figures.peak_mb = peak_memory_mb(server.pid)
        self._take_medians()

    def _measure_turn(self, spec: ServerSpec, server: RunningServer) -> None:
        alone = self._load(spec, server, clients=1)
        self._latencies[spec.name].append(percentiles(alone["ms"]))
        for clients in self._plan.http_clients:
            answer = self._load(spec, server, clients=clients)
            rate = len(answer["ms"]) / answer["seconds"]
            self._rates.setdefault((spec.name, clients), []).append(rate)

    def _load(self, spec: ServerSpec, server: RunningServer, *, clients: int) -> dict[str, Any]:
        seconds = self._plan.http_seconds
        arguments = [str(server.port), spec.path, str(clients), str(seconds)]
        answer: dict[str, Any] = json.loads(
            run_module("benchmarks.http_load", arguments, timeout_seconds=seconds + SETTLE_SECONDS)
        )
        self.figures[spec.name].errors += answer["errors"]
        return answer

    def _take_medians(self) -> None:
        for name, figures in self.figures.items():
            figures.latency = median_latency(self._latencies[name])
            figures.requests_per_second = {
                clients: statistics.median(self._rates[name, clients])
                for clients in self._plan.http_clients
            }


@contextmanager
def start_server(spec: ServerSpec, threads: int) -> Iterator[RunningServer]:
    """Run a server on a free port, from its first 200 on.

    Raises:
        PeerProcessError: It ended, or gave no 200 in time.
    """
    port = find_free_port()
    arguments = [part.format(port=port) for part in spec.command]
    start = time.perf_counter()
    process = subprocess.Popen(  # noqa: S603 - our own modules
        [sys.executable, "-m", *arguments],
        cwd=ROOT,
        env={**build_environment(threads), "WINDVANE_THREADS": str(threads)},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    try:
        while not answers(port, spec.path):
            waited = time.perf_counter() - start
            if process.poll() is not None or waited > START_SECONDS:
                raise PeerProcessError(f"{spec.title} gave no answer within {waited:.0f} s.")
            time.sleep(POLL_SECONDS)
        yield RunningServer(port, (time.perf_counter() - start) * 1000, process.pid)
    finally:
        stop(process)


def answers(port: int, path: str) -> bool:
    """Tell whether a server answers a text with 200 by now."""
    try:
        with closing(http.client.HTTPConnection(HOST, port)) as connection:
            return post(connection, path, 0)
    except OSError:
        return False


def find_free_port() -> int:
    """Let the system choose a port on loopback."""
    with socket.create_server((HOST, 0)) as listener:
        port: int = listener.getsockname()[1]
    return port
