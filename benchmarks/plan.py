"""How much is measured: a full run for the README, and a quick one."""

from dataclasses import dataclass

from benchmarks.texts import MIXED_COUNT


@dataclass(frozen=True, kw_only=True)
class Plan:
    """Counts of one run; every peer gets the same.

    Attributes:
        latency_calls: Single texts in one round.
        batch_sizes: Batch sizes that are tried for the length-mixed texts.
        tried_texts: Texts on which each setting is tried.
        bulk_texts: Number of length-mixed texts.
        starts: New processes of each peer.
        http_seconds: Length of one round at one number of clients; wrk takes whole seconds.
        many_rows: Rows of the file of `windvane classify`.
        bulk_threads: Threads for the length-mixed texts, new processes and servers.
        latency_threads: Numbers of threads for single texts.
    """

    latency_rounds: int
    latency_calls: int
    batch_sizes: tuple[int, ...]
    tried_texts: int
    bulk_rounds: int
    bulk_texts: int
    starts: int
    http_rounds: int
    http_seconds: int
    many_rounds: int = 0
    many_rows: int = 0
    bulk_threads: int = 2
    latency_threads: tuple[int, ...] = (1, 2)
    http_clients: tuple[int, ...] = (8, 16)


FULL = Plan(
    latency_rounds=7,
    latency_calls=100,
    batch_sizes=(1, 8, 16, 32),
    tried_texts=128,
    bulk_rounds=5,
    bulk_texts=MIXED_COUNT,
    starts=5,
    http_rounds=4,
    http_seconds=2,
    many_rounds=2,
    many_rows=100_000,
)
QUICK = Plan(
    latency_rounds=3,
    latency_calls=30,
    batch_sizes=(8,),
    tried_texts=32,
    bulk_rounds=1,
    bulk_texts=64,
    starts=1,
    http_rounds=1,
    http_seconds=1,
    many_rounds=1,
    many_rows=5_000,
    latency_threads=(1,),
)
