"""Plan and figures of a load run, and their JSON."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import msgspec

from benchmarks.latency import percentiles
from benchmarks.paths import RESULTS_FOLDER

RESULTS_FILE = RESULTS_FOLDER / "load.json"


class ResponseTimes(msgspec.Struct, frozen=True):
    """Percentiles in milliseconds, and the longest response time."""

    p50_ms: float
    p99_ms: float
    longest_ms: float


def to_response_times(times_ms: Sequence[float]) -> ResponseTimes | None:
    """Summarize response times; None if there were none."""
    if not times_ms:
        return None
    latency = percentiles([*times_ms, *times_ms[:1]])  # it needs two values
    p50_ms, p99_ms, longest_ms = latency.p50_ms, latency.p99_ms, max(times_ms)
    return ResponseTimes(round(p50_ms, 2), round(p99_ms, 2), round(longest_ms, 2))


class ClosedLoopFigures(msgspec.Struct, frozen=True, kw_only=True):
    """Figures of a closed loop.

    Attributes:
        clients: Concurrent requests.
        right: Responses with the label and the score of the classifier.
        texts: Number of different texts.
        wrong: Wrong and failed responses, by kind.
        recorded: Responses with ``logged`` true and a result id.
        readable: Recorded results that could be read afterwards with the right label.
    """

    clients: int
    sent: int
    right: int
    texts: int
    wrong: dict[str, int]
    per_second: float
    response_time: ResponseTimes | None
    recorded: int = 0
    readable: int = 0
    different_ids: int = 0


class OpenLoopFigures(msgspec.Struct, frozen=True, kw_only=True):
    """Figures of an open loop.

    Attributes:
        rate: Requests sent a second.
        succeeded: Responses with status 200.
        shed: Responses with status 503.
        shed_with_retry_after: Of those, the ones with the header.
        failed: Other statuses and connection errors, by name.
        response_time: Of responses with status 200, from the moment each request was due.
        shed_time: Of responses with status 503, likewise.
        health_time: Of ``GET /health``, requested throughout the run.
        late: Delay between the moment each request was due and its sending.
    """

    rate: float
    seconds: float
    sent: int
    succeeded: int
    shed: int
    shed_with_retry_after: int
    failed: dict[str, int]
    response_time: ResponseTimes | None
    shed_time: ResponseTimes | None
    health_time: ResponseTimes | None
    late: ResponseTimes | None


class LoadPlan(msgspec.Struct, frozen=True, kw_only=True):
    """How much is sent.

    Attributes:
        overload_factor: Overload, in multiples of the capacity.
        requests: Requests whose responses are compared.
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
        threads: Requests that the server runs at once.
        capacity: Closed loop without a result log.
        overload: Open loop at a multiple of the capacity.
        comparison: Closed loop with the result log on.
    """

    machine: dict[str, Any]
    plan: LoadPlan
    threads: int
    max_waiting_requests: int
    capacity: ClosedLoopFigures
    overload: OpenLoopFigures
    comparison: ClosedLoopFigures


def read_results(path: Path = RESULTS_FILE) -> LoadResults:
    """Read the results of a run."""
    return msgspec.json.decode(path.read_bytes(), type=LoadResults)
