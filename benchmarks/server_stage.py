"""The HTTP stage: our server and the tutorials' Flask app, in turn, under the same load."""

import statistics
from contextlib import ExitStack

from benchmarks.child_process import peak_memory_mb
from benchmarks.command_line import Progress
from benchmarks.latency import Latency, median_latency, percentiles
from benchmarks.load.closed_loop import ClosedLoop
from benchmarks.load.http_client import run_async
from benchmarks.peer_figures import ServerFigures
from benchmarks.plan import Plan
from benchmarks.server_process import SHORT_BODIES, RunningServer, ServerSpec, start_server


class ServerStage:
    """Measures servers that listen on loopback, each in a process of its own.

    Attributes:
        figures: Figures by server name.
    """

    def __init__(self, specs: tuple[ServerSpec, ...], plan: Plan, progress: Progress) -> None:
        self.figures = {spec.name: ServerFigures(title=spec.title) for spec in specs}
        self._specs = specs
        self._plan = plan
        self._progress = progress
        self._latencies: dict[str, list[Latency]] = {spec.name: [] for spec in specs}
        self._rates: dict[tuple[str, int], list[float]] = {}

    def measure(self) -> None:
        """Start all servers, load one after the other while the others rest, stop all."""
        threads = self._plan.bulk_threads
        for spec in self._specs:
            self._progress(f"{spec.title}: a first start, which writes byte-code")
            with start_server(spec, threads=threads):
                continue
        with ExitStack() as stack:
            servers = {
                spec: stack.enter_context(start_server(spec, threads=threads))
                for spec in self._specs
            }
            for turn in range(self._plan.http_rounds):
                for spec, server in servers.items():
                    self._progress(f"{spec.title}: round {turn + 1}")
                    self._measure_turn(spec, server)
            for spec, server in servers.items():
                figures = self.figures[spec.name]
                figures.start_ms = server.start_ms
                figures.peak_mb = peak_memory_mb(server.pid)
        self._take_medians()

    def _measure_turn(self, spec: ServerSpec, server: RunningServer) -> None:
        single = self._load(spec, server, clients=1)
        self._latencies[spec.name].append(percentiles(single.times_ms))
        for clients in self._plan.http_clients:
            loop = self._load(spec, server, clients=clients)
            rate = len(loop.times_ms) / loop.seconds
            self._rates.setdefault((spec.name, clients), []).append(rate)

    def _load(self, spec: ServerSpec, server: RunningServer, *, clients: int) -> ClosedLoop:
        loop = ClosedLoop(server.port, spec.path, SHORT_BODIES, clients=clients)
        run_async(loop.send_for(self._plan.http_seconds))
        self.figures[spec.name].errors += loop.errors.total()
        return loop

    def _take_medians(self) -> None:
        for name, figures in self.figures.items():
            figures.latency = median_latency(self._latencies[name])
            figures.requests_per_second = {
                clients: statistics.median(self._rates[name, clients])
                for clients in self._plan.http_clients
            }
