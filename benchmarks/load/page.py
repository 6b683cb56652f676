"""``docs/load.md``, written from the results alone."""

from collections.abc import Iterable

from benchmarks.load.latency import Latency
from benchmarks.load.results import LoadResults
from benchmarks.machine import caption
from windvane.facts import GATEWAY_TIMEOUT_SECONDS
from windvane.server.connections import HEADER_SECONDS, MAX_CONNECTIONS
from windvane.server.request_reading import BODY_SECONDS


def build_page(results: LoadResults) -> str:
    """Write the page."""
    parts = [
        "# Under load",
        *_write_answer(results),
        "## What it can carry, and twice as much",
        *_write_overload(results),
        "## Every answer compared",
        *_write_comparison(results),
        "## The limits",
        *_write_limits(results),
        "## In AWS",
        *_write_cloud(),
        "## How it was measured",
        *_write_method(results),
    ]
    return "\n\n".join(part.strip() for part in parts) + "\n"


def _write_answer(results: LoadResults) -> Iterable[str]:
    overload, comparison = results.overload, results.comparison
    answered = overload.answered / overload.seconds
    yield (
        f"Sent {results.plan.overload_factor:g} times what it can carry, `windvane serve` answers "
        f"{answered:,.0f} requests a second ({answered / results.capacity.per_second:.0%} of its "
        f"capacity) and refuses the rest at once with 503 and Retry-After. "
        f"{comparison.sent:,} requests from {comparison.clients} clients: "
        f"{comparison.right:,} right, {sum(comparison.wrong.values())} wrong or lost."
    )


def _write_overload(results: LoadResults) -> Iterable[str]:
    capacity, overload = results.capacity, results.overload
    yield "\n".join(
        [
            "| run | sent/s | answered/s | refused/s | failed | answered, p50 / p99 ms "
            "| refused, p50 / p99 ms | `/health`, p50 / p99 ms |",
            "|---|---|---|---|---|---|---|---|",
            f"| capacity: {capacity.clients} clients, each asking again once answered "
            f"| {capacity.per_second:,.0f} | {capacity.per_second:,.0f} | 0 "
            f"| {sum(capacity.wrong.values())} | {_show(capacity.answer_time)} | | |",
            f"| {results.plan.overload_factor:g} times that, at a constant rate for "
            f"{overload.seconds:g} s | {overload.rate:,.0f} "
            f"| {overload.answered / overload.seconds:,.0f} "
            f"| {overload.shed / overload.seconds:,.0f} | {sum(overload.failed.values())} "
            f"| {_show(overload.answer_time)} | {_show(overload.shed_time)} "
            f"| {_show(overload.health_time)} |",
        ]
    )
    yield (
        f"{overload.shed_with_retry_after:,} of {overload.shed:,} refusals had Retry-After. Under "
        "overload an answer takes as long as the requests that wait before it: "
        f"{results.max_waiting_requests} of them at {overload.answered / overload.seconds:,.0f} a "
        "second. A smaller `WINDVANE_MAX_WAITING_REQUESTS` makes answers faster and refusals "
        "more; it must be at least the number of clients that ask side by side, or they are "
        "refused without need."
    )


def _write_comparison(results: LoadResults) -> Iterable[str]:
    comparison = results.comparison
    yield (
        f"{comparison.sent:,} requests, {comparison.texts} different texts, {comparison.clients} "
        "clients that each ask again once answered, results kept in SQLite. Label and score of "
        "each answer are compared with what the classifier says when it is asked directly, and "
        "every result is looked up afterwards."
    )
    yield "\n".join(
        [
            "| | |",
            "|---|---|",
            f"| right | {comparison.right:,} |",
            f"| wrong or lost | {sum(comparison.wrong.values())} |",
            f"| results recorded, with different ids, readable | {comparison.recorded:,}, "
            f"{comparison.different_ids:,}, {comparison.readable:,} |",
            f"| answers a second | {comparison.per_second:,.0f} |",
            f"| p50 / p99 ms | {_show(comparison.answer_time)} |",
        ]
    )


def _write_limits(results: LoadResults) -> Iterable[str]:
    yield (
        f"As many requests run at once as there are threads (here {results.threads}), up to "
        f"{results.max_waiting_requests} wait their turn, first come, first served, and the next "
        "one is refused before its body is kept or parsed. Only routes that run the model or ask "
        "the result log wait; `/health`, `/metrics` and the rest answer meanwhile. A request "
        f"whose client goes away while it waits is not run; none waits longer than "
        f"{GATEWAY_TIMEOUT_SECONDS} s, which is as long as API Gateway would."
    )
    yield (
        f"A body must come within {BODY_SECONDS:g} s (408), headers within {HEADER_SECONDS:g} s "
        f"(the connection is closed), and of more than {MAX_CONNECTIONS} connections the newest "
        "is answered 503. What is wrong with a request's fields is found when its turn comes. "
        "`tests/load` and `tests/cli` hold each limit."
    )


def _write_cloud() -> Iterable[str]:
    yield (
        "There is nothing to queue in AWS: Lambda runs one request in each instance and starts "
        "more. API Gateway throttles each key and the stage as a whole with 429 and Retry-After "
        "before the function is asked; reserved concurrency, where a stage has it, bounds the rest."
    )


def _write_method(results: LoadResults) -> Iterable[str]:
    late = results.overload.late
    yield (
        "`make bench-load`. Clients and server share the machine. Under overload requests are "
        "sent when they are due, however slowly answers come, and latencies count from that "
        f"moment; the generator itself was late by {late.p99_ms if late else 0:g} ms (p99)."
    )
    yield caption(results.machine)


def _show(latency: Latency | None) -> str:
    return f"{latency.p50_ms:,.1f} / {latency.p99_ms:,.1f}" if latency else ""
