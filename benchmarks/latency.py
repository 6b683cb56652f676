"""Percentiles of response times."""

import statistics
from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Latency:
    """Percentiles of the time of one text, in milliseconds."""

    p50_ms: float
    p95_ms: float
    p99_ms: float


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
