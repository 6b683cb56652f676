"""The figures that are reported of peers and servers."""

import statistics
from collections.abc import Sequence
from dataclasses import dataclass, field

from benchmarks.latency import Latency
from benchmarks.peers.protocol import Setting


@dataclass(kw_only=True)
class PeerFigures:
    """Figures of one peer; None where one could not be measured.

    Attributes:
        latency: One short text, by number of threads.
        p50_spread: Spread of its median over the rounds, by number of threads.
        texts_per_second: The length-mixed texts, with the fastest setting.
        rate_spread: Its spread over the rounds.
        setting: That setting.
        start_ms: Start of a new process to its first prediction.
        peak_mb: Peak memory of the process that ran the length-mixed texts.
        packages_mb: Installed size of the packages that it needs.
        agreement: Share of the mixed texts that it labels as torch does, 0 to 1.
    """

    title: str
    latency: dict[int, Latency] = field(default_factory=dict)
    p50_spread: dict[int, float] = field(default_factory=dict)
    texts_per_second: float | None = None
    rate_spread: float | None = None
    setting: Setting | None = None
    start_ms: float | None = None
    peak_mb: float | None = None
    packages_mb: float | None = None
    model_mb: float | None = None
    agreement: float | None = None


@dataclass(kw_only=True)
class ServerFigures:
    """Figures of one HTTP server.

    Attributes:
        latency: One client on one connection.
        p50_spread: Spread of its median over the rounds.
        requests_per_second: By number of clients.
        rate_spread: Its spread over the rounds, by number of clients.
        cpu_ms: CPU time of all processes of the server for a request, by number of clients.
        errors: Broken connections and timeouts.
        start_ms: Start of the process to the first 200.
        peak_mb: Sum of the peak memory of all its processes.
    """

    title: str
    latency: Latency | None = None
    p50_spread: float | None = None
    requests_per_second: dict[int, float] = field(default_factory=dict)
    rate_spread: dict[int, float] = field(default_factory=dict)
    cpu_ms: dict[int, float | None] = field(default_factory=dict)
    errors: int = 0
    start_ms: float | None = None
    peak_mb: float | None = None


def share_equal(labels: Sequence[str], reference: Sequence[str]) -> float:
    """Compute the share of labels that equal the reference's, 0 to 1."""
    return statistics.fmean(a == b for a, b in zip(labels, reference, strict=True))


def compute_spread(rounds: Sequence[float]) -> float:
    """Divide the distance of the highest and the lowest round by their median."""
    return (max(rounds) - min(rounds)) / statistics.median(rounds)


def ratio(value: float | None, ours: float | None) -> float | None:
    """Divide a peer's figure by ours, where both were measured."""
    return value / ours if value is not None and ours else None
