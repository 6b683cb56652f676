"""What a run leaves behind: every input and every figure, in JSON."""

import json
from pathlib import Path
from typing import Any

import msgspec

from benchmarks.cost.inputs import Assumptions, Stack
from benchmarks.cost.measure import Measured, Measurements
from benchmarks.cost.prices import Prices
from benchmarks.cost.workload import Case
from benchmarks.processes import ROOT

RESULTS_FILE = ROOT / "benchmarks" / "results" / "cost.json"
BENCH_FILE = ROOT / "benchmarks" / "results" / "bench.json"
BENCH_CLIENTS = "8"


class Results(msgspec.Struct, frozen=True, kw_only=True):
    """One run and what it is billed by.

    Attributes:
        machine: What it ran on.
        prices: AWS's.
        stack: What is deployed.
        assumptions: What could not be measured.
        server_texts_per_vcpu_second: Short texts that ``windvane serve`` answers on one core, from
            ``make bench``.
        measured: The figures.
    """

    machine: dict[str, Any]
    prices: Prices
    stack: Stack
    assumptions: Assumptions
    server_texts_per_vcpu_second: float
    measured: Measurements

    def find(self, case: Case, memory_mb: int) -> Measured:
        """Find one kind of request with one memory size."""
        [found] = [
            measured
            for measured in self.measured.cases
            if (measured.length, measured.texts, measured.memory_mb) == (*case, memory_mb)
        ]
        return found


def read_results(path: Path = RESULTS_FILE) -> Results:
    """Read a run."""
    return msgspec.json.decode(path.read_bytes(), type=Results)


def read_with_prices(prices: Prices, path: Path = RESULTS_FILE) -> Results:
    """Read a run and bill it by other prices; its own may lack some that are new."""
    content = msgspec.json.decode(path.read_bytes())
    content["prices"] = msgspec.to_builtins(prices)
    return msgspec.json.decode(msgspec.json.encode(content), type=Results)


def write_results(results: Results, path: Path = RESULTS_FILE) -> None:
    """Write a run."""
    path.write_bytes(msgspec.json.format(msgspec.json.encode(results), indent=2) + b"\n")


def read_server_rate(path: Path = BENCH_FILE) -> float:
    """Read how many short texts a second ``windvane serve`` answered on each core."""
    bench = json.loads(path.read_text(encoding="utf-8"))
    texts_per_second = float(bench["servers"]["windvane"]["requests_per_second"][BENCH_CLIENTS])
    return round(texts_per_second / int(bench["machine"]["cores"]), 1)
