"""The figures that are reported, and the arithmetic behind them."""

import statistics
from collections.abc import Sequence
from dataclasses import dataclass, field

from benchmarks.peers.protocol import Setting


@dataclass(frozen=True)
class Latency:
    """Percentiles of the time of one text, in milliseconds."""

    p50_ms: float
    p95_ms: float
    p99_ms: float


@dataclass(kw_only=True)
class PeerFigures:
    """All that was measured of one peer; ``None`` where it could not be.

    Attributes:
        title: What the table calls it.
        latency: One short text, by number of threads.
        texts_per_second: The length-mixed set, with the fastest setting.
        setting: That setting.
        start_ms: Start of a fresh process to its first answer.
        peak_mb: Most memory held by the process that ran the length-mixed set.
        packages_mb: Installed size of the packages that it needs.
        model_mb: Size of its model folder.
        agreement: Share of the mixed texts that it labels as torch does, 0 to 1.
    """

    title: str
    latency: dict[int, Latency] = field(default_factory=dict)
    texts_per_second: float | None = None
    setting: Setting | None = None
    start_ms: float | None = None
    peak_mb: float | None = None
    packages_mb: float | None = None
    model_mb: float | None = None
    agreement: float | None = None


@dataclass(kw_only=True)
class ServerFigures:
    """All that was measured of one HTTP server.

    Attributes:
        title: What the table calls it.
        latency: One client on one connection.
        requests_per_second: By number of clients.
        errors: Answers that were not 200, in all.
        start_ms: Start of the process to the first 200.
        peak_mb: Most memory held.
    """

    title: str
    latency: Latency | None = None
    requests_per_second: dict[int, float] = field(default_factory=dict)
    errors: int = 0
    start_ms: float | None = None
    peak_mb: float | None = None


def percentiles(milliseconds: Sequence[float]) -> Latency:
    """Take the 50th, 95th and 99th percentile, interpolated between neighbours."""
    cuts = statistics.quantiles(milliseconds, n=100, method="inclusive")
    return Latency(cuts[49], cuts[94], cuts[98])


def median_latency(rounds: Sequence[Latency]) -> Latency:
    """Take each percentile's median over rounds, so that one disturbed round does not count."""
    return Latency(
        statistics.median(latency.p50_ms for latency in rounds),
        statistics.median(latency.p95_ms for latency in rounds),
        statistics.median(latency.p99_ms for latency in rounds),
    )


def share_equal(labels: Sequence[str], reference: Sequence[str]) -> float:
    """Count how many labels are the reference's, as a share of 0 to 1."""
    return statistics.fmean(a == b for a, b in zip(labels, reference, strict=True))


def ratio(value: float | None, ours: float | None) -> float | None:
    """Divide a peer's figure by ours, where both were measured."""
    return value / ours if value is not None and ours else None
