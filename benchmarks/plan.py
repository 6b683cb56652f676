"""How much is measured: the full run for the README, the quick one for a look."""

from dataclasses import dataclass

from benchmarks.texts import MIXED_COUNT


@dataclass(frozen=True, kw_only=True)
class Plan:
    """Counts of one run; every peer gets the same.

    Attributes:
        latency_rounds: Turns that each peer takes.
        latency_calls: Texts that it answers in one turn.
        batch_sizes: Sizes of batch that are tried for the length-mixed set.
        tried_texts: Texts on which each setting is tried.
        bulk_rounds: Turns on the length-mixed set.
        bulk_texts: How many texts of that set are used.
        starts: Fresh processes of each peer.
        http_rounds: Turns of each server.
        http_seconds: Length of one turn at one number of clients.
        bulk_threads: Threads for the length-mixed set, fresh processes and servers.
        latency_threads: Numbers of threads for single texts.
        http_clients: Numbers of clients that ask at once.
    """

    latency_rounds: int
    latency_calls: int
    batch_sizes: tuple[int, ...]
    tried_texts: int
    bulk_rounds: int
    bulk_texts: int
    starts: int
    http_rounds: int
    http_seconds: float
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
    http_rounds=5,
    http_seconds=2.0,
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
    http_seconds=1.0,
    latency_threads=(1,),
)
