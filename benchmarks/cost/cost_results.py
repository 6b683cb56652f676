"""The figures of a run, read from ``cost.json``, with the inputs to bill them by."""

from pathlib import Path
from typing import Any

import msgspec

from benchmarks.command_line import BenchmarkError
from benchmarks.cost.inputs import Assumptions, Stack
from benchmarks.cost.prices import Prices, load_prices
from benchmarks.cost.request_figures import Measurements, RequestFigures
from benchmarks.cost.workload import Case
from benchmarks.family_results import FamilyResults, read_family
from benchmarks.paths import RESULTS_FOLDER
from benchmarks.processor_family import title_family
from benchmarks.quiet_machine import STAGE_CORES
from benchmarks.server_process import WINDVANE_SERVER

RESULTS_FILE = RESULTS_FOLDER / "cost.json"
BENCH_CLIENTS = 8


class ServerRateMissingError(BenchmarkError):
    """``make bench`` has not measured the server on this processor family."""


class CostRun(msgspec.Struct, frozen=True, kw_only=True):
    """One run, as it is stored.

    Attributes:
        machine: The machine of the run, of whose processor family the server's rate is, too.
        measured: The figures.
    """

    machine: dict[str, Any]
    measured: Measurements


class Results(CostRun, frozen=True, kw_only=True):
    """One run with today's inputs.

    Attributes:
        prices: AWS's prices.
        stack: What is deployed.
        assumptions: What cannot be measured.
        server_texts_per_vcpu_second: Short texts that ``windvane serve`` classifies on one core,
            from ``make bench``.
    """

    prices: Prices
    stack: Stack
    assumptions: Assumptions
    server_texts_per_vcpu_second: float

    def find(self, case: Case, memory_mb: int | None = None) -> RequestFigures:
        """Find the figures of one kind of request; by default with the deployed memory."""
        key = (*case, memory_mb or self.stack.memory_mb)
        [figures] = [
            figures
            for figures in self.measured.cases
            if (figures.length, figures.texts, figures.memory_mb) == key
        ]
        return figures


def read_run(path: Path = RESULTS_FILE) -> CostRun:
    """Read a stored run."""
    return msgspec.json.decode(path.read_bytes(), type=CostRun)


def add_inputs(run: CostRun) -> Results:
    """Combine a run with today's inputs."""
    return Results(
        machine=run.machine,
        measured=run.measured,
        prices=load_prices(),
        stack=Stack(),
        assumptions=Assumptions(),
        server_texts_per_vcpu_second=read_server_rate(read_family(run.machine["family"])),
    )


def read_server_rate(results: FamilyResults) -> float:
    """Read how many short texts a second ``windvane serve`` classified on each core.

    Raises:
        ServerRateMissingError: It was not measured on the processor family of the results.
    """
    if results.servers is None:
        raise ServerRateMissingError(
            f"make bench has not measured the servers on {title_family(results.family)}."
        )
    server = results.servers.figures[WINDVANE_SERVER.name]
    cores = min(int(results.servers.machine["cores"]), STAGE_CORES)  # the stage is kept to them
    return round(server.requests_per_second[BENCH_CLIENTS] / cores, 1)
