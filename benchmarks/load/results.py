"""What a load run leaves behind."""

from pathlib import Path
from typing import Any

import msgspec

from benchmarks.load.closed_loop import ClosedLoopFigures
from benchmarks.load.open_loop import OpenLoopFigures
from benchmarks.processes import ROOT

RESULTS_FILE = ROOT / "benchmarks" / "results" / "load.json"


class LoadPlan(msgspec.Struct, frozen=True, kw_only=True):
    """How much is asked.

    Attributes:
        capacity_seconds: How long the capacity is measured.
        capacity_clients: Clients that ask meanwhile.
        overload_seconds: How long the server is sent more than it can carry.
        overload_factor: How much more.
        requests: How many requests are compared.
        clients: Clients that send them.
    """

    capacity_seconds: float = 10.0
    capacity_clients: int = 16
    overload_seconds: float = 15.0
    overload_factor: float = 2.0
    requests: int = 10_000
    clients: int = 64


class LoadResults(msgspec.Struct, frozen=True, kw_only=True):
    """One run.

    Attributes:
        machine: What it ran on; the clients ran on it too.
        plan: How much was asked.
        threads: Requests that the server runs at once.
        max_waiting_requests: Requests that may wait.
        capacity: What it can carry.
        overload: What it does with more.
        comparison: Every answer compared, with the result log on.
    """

    machine: dict[str, Any]
    plan: LoadPlan
    threads: int
    max_waiting_requests: int
    capacity: ClosedLoopFigures
    overload: OpenLoopFigures
    comparison: ClosedLoopFigures


def read_results(path: Path = RESULTS_FILE) -> LoadResults:
    """Read a run."""
    return msgspec.json.decode(path.read_bytes(), type=LoadResults)


def write_results(results: LoadResults, path: Path = RESULTS_FILE) -> None:
    """Write a run."""
    path.write_bytes(msgspec.json.format(msgspec.json.encode(results), indent=2) + b"\n")
