"""How long answers took."""

import statistics
from collections.abc import Sequence

import msgspec


class Latency(msgspec.Struct, frozen=True):
    """Milliseconds of the middle answer, of the slowest in a hundred, and of the slowest."""

    p50_ms: float
    p99_ms: float
    longest_ms: float


def to_latency(milliseconds: Sequence[float]) -> Latency | None:
    """Sum up; nothing where there were no answers."""
    if not milliseconds:
        return None
    cuts = statistics.quantiles([*milliseconds, *milliseconds[:1]], n=100, method="inclusive")
    return Latency(round(cuts[49], 2), round(cuts[98], 2), round(max(milliseconds), 2))
