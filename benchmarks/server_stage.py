"""The HTTP stage: one server after the other under the load of wrk, round after round."""

import statistics
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from benchmarks.command_line import Progress
from benchmarks.http_servers import explain_missing
from benchmarks.latency import median_latency
from benchmarks.peer_figures import ServerFigures, compute_spread
from benchmarks.plan import Plan
from benchmarks.process_tree import cpu_seconds, tree_peak_mb
from benchmarks.server_process import (
    SHORT_BODIES,
    RunningServer,
    ServerSpec,
    ServerStartError,
    start_server,
)
from benchmarks.wrk import WrkRound, run_wrk

WARM_UP_SECONDS = 1

SETTLE_SECONDS = 0.5
"""After each load: wrk leaves without waiting for its last requests, and a server that answers them
still would make the next load's first one wait."""


@dataclass(frozen=True)
class LoadRound:
    """One run of wrk, with the CPU time that the server's processes took for each request."""

    wrk: WrkRound
    cpu_ms: float | None


@dataclass(frozen=True)
class ServerRound:
    """One start of a server, and its load by number of clients."""

    start_ms: float
    peak_mb: float | None
    loads: Mapping[int, LoadRound]


class ServerStage:
    """Measures servers on loopback; only the one that is measured runs.

    Attributes:
        figures: Figures by server name.
        failures: Reason by title for each server that is not installed or did not start.
    """

    def __init__(self, specs: Sequence[ServerSpec], plan: Plan, progress: Progress) -> None:
        self.figures: dict[str, ServerFigures] = {}
        self.failures: dict[str, str] = {}
        self._specs = list(specs)
        self._plan = plan
        self._progress = progress

    def measure(self) -> None:
        """Start, load and stop each server in turn.

        Raises:
            ServerStartError: A server did not start that had started before.
            WrkError: wrk failed.
        """
        self._specs = [spec for spec in self._specs if self._can_start(spec)]
        rounds: dict[str, list[ServerRound]] = {spec.name: [] for spec in self._specs}
        for turn in range(self._plan.http_rounds):
            for spec in self._specs:
                self._progress(f"{spec.title}: round {turn + 1}")
                rounds[spec.name].append(self._measure_round(spec))
        self.figures = {spec.name: summarize(spec.title, rounds[spec.name]) for spec in self._specs}

    def _can_start(self, spec: ServerSpec) -> bool:
        """Start once, which writes byte-code."""
        if reason := explain_missing(spec):
            self.failures[spec.title] = reason
            return False
        self._progress(f"{spec.title}: a first start")
        try:
            with start_server(spec, threads=self._plan.bulk_threads):
                return True
        except ServerStartError as error:
            self.failures[spec.title] = str(error)
            return False

    def _measure_round(self, spec: ServerSpec) -> ServerRound:
        with start_server(spec, threads=self._plan.bulk_threads) as server:
            most = max(self._plan.http_clients)
            run_wrk(server.port, spec.path, SHORT_BODIES, clients=most, seconds=WARM_UP_SECONDS)
            time.sleep(SETTLE_SECONDS)
            loads = {
                clients: self._load(spec, server, clients)
                for clients in (1, *self._plan.http_clients)
            }
            return ServerRound(server.start_ms, tree_peak_mb(server.pid), loads)

    def _load(self, spec: ServerSpec, server: RunningServer, clients: int) -> LoadRound:
        before = cpu_seconds(server.pid)
        seconds = self._plan.http_seconds
        wrk = run_wrk(server.port, spec.path, SHORT_BODIES, clients=clients, seconds=seconds)
        after = cpu_seconds(server.pid)
        time.sleep(SETTLE_SECONDS)
        if before is None or after is None:
            return LoadRound(wrk, None)
        return LoadRound(wrk, (after - before) / wrk.requests * 1000)


def summarize(title: str, rounds: Sequence[ServerRound]) -> ServerFigures:
    """Take the medians over the rounds, and their spread."""
    singles = [one.loads[1] for one in rounds]
    by_clients = {
        clients: [one.loads[clients] for one in rounds]
        for clients in rounds[0].loads
        if clients > 1
    }
    return ServerFigures(
        title=title,
        latency=median_latency([load.wrk.latency for load in singles]),
        p50_spread=compute_spread([load.wrk.latency.p50_ms for load in singles]),
        requests_per_second={
            clients: statistics.median(load.wrk.per_second for load in loads)
            for clients, loads in by_clients.items()
        },
        rate_spread={
            clients: compute_spread([load.wrk.per_second for load in loads])
            for clients, loads in by_clients.items()
        },
        cpu_ms={
            clients: median_of([one.loads[clients].cpu_ms for one in rounds])
            for clients in rounds[0].loads
        },
        errors=sum(load.wrk.errors for one in rounds for load in one.loads.values()),
        start_ms=statistics.median(one.start_ms for one in rounds),
        peak_mb=median_of([one.peak_mb for one in rounds]),
    )


def median_of(values: Sequence[float | None]) -> float | None:
    """Take the median; None unless every value was measured."""
    measured = [value for value in values if value is not None]
    return statistics.median(measured) if measured and len(measured) == len(values) else None
