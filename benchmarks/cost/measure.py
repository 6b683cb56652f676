"""Durations, log lines and records of each kind of request, with each memory size."""

import json
import time
from collections.abc import Callable, Sequence
from math import ceil
from statistics import fmean, median
from typing import Any

import msgspec

from benchmarks.cost.function_process import FunctionProcess, find_metrics, run_function
from benchmarks.cost.inputs import LOG_EVENT_BYTES, Assumptions
from benchmarks.cost.loopback_servers import Invocation
from benchmarks.cost.record_size import measure_item
from benchmarks.cost.workload import CASES, Case, build_event, choose_texts

WARM_UP_REQUESTS = 5
FEWEST_REQUESTS = 2
MOST_REQUESTS = 300
STARTS = 3


class Measured(msgspec.Struct, frozen=True, kw_only=True):
    """One kind of request with one memory size.

    Attributes:
        memory_mb: Memory of the function.
        length: Kind of the texts.
        texts: Texts in a request.
        requests: Requests that the figures are of.
        p50_ms: Median duration.
        mean_ms: Mean duration.
        billed_ms: Mean of what is billed: each duration rounded up to a millisecond.
        log_bytes: The function's log lines of a request, as CloudWatch counts them.
        response_bytes: Body of an answer.
        record_bytes: One record in the table, as DynamoDB counts it.
        text_chars: Mean length of a text.
        text_tokens: Mean tokens of a text.
    """

    memory_mb: int
    length: str
    texts: int
    requests: int
    p50_ms: float
    mean_ms: float
    billed_ms: float
    log_bytes: float
    response_bytes: int
    record_bytes: float
    text_chars: float
    text_tokens: float


class Measurements(msgspec.Struct, frozen=True, kw_only=True):
    """All that one run measured.

    Attributes:
        init_ms: Start of the process to its first event, the median of a few, by memory size.
        metrics: Names of the metrics that the function wrote, but those of labels.
        cases: Every kind of request with every memory size.
    """

    init_ms: dict[int, float]
    metrics: list[str]
    cases: list[Measured]


def measure(
    memories_mb: Sequence[int],
    seconds: float,
    assumptions: Assumptions,
    tell: Callable[[str], None],
) -> Measurements:
    """Measure every kind of request, for so many seconds each.

    Raises:
        CpuShareError: This machine cannot limit the function.
        FunctionError: The function did not start or answer.
    """
    init_ms: dict[int, float] = {}
    metrics: set[str] = set()
    cases = []
    for memory_mb in memories_mb:
        tell(f"{memory_mb} MB: starting")
        starts = []
        for _ in range(STARTS - 1):
            with run_function(memory_mb, assumptions) as function:
                starts.append(function.init_ms)
        with run_function(memory_mb, assumptions) as function:
            init_ms[memory_mb] = round(median([*starts, function.init_ms]), 1)
            for _ in range(WARM_UP_REQUESTS):
                function.invoke(build_event(CASES[0]))
            for case in CASES:
                tell(f"{memory_mb} MB: {case.texts} x {case.length}")
                cases.append(measure_case(function, memory_mb, case, seconds))
            metrics |= find_metrics(function.read_log())
    own = sorted(name for name in metrics if not name.startswith("Label."))
    return Measurements(init_ms=init_ms, metrics=own, cases=cases)


def measure_case(function: FunctionProcess, memory_mb: int, case: Case, seconds: float) -> Measured:
    """Send requests of one kind, one after the other."""
    event = build_event(case)
    lines_before = len(function.read_log())
    end = time.perf_counter() + seconds
    done: list[Invocation] = []
    while len(done) < FEWEST_REQUESTS or (time.perf_counter() < end and len(done) < MOST_REQUESTS):
        done.append(function.invoke(event))
    milliseconds = [invocation.milliseconds for invocation in done]
    lines = function.read_log()[lines_before:]
    body = done[-1].answer["body"]
    texts = choose_texts(case)
    return Measured(
        memory_mb=memory_mb,
        length=case.length,
        texts=case.texts,
        requests=len(done),
        p50_ms=round(median(milliseconds), 2),
        mean_ms=round(fmean(milliseconds), 2),
        billed_ms=round(fmean(ceil(value) for value in milliseconds), 2),
        log_bytes=round(count_log_bytes(lines) / len(done), 1),
        response_bytes=len(body.encode()),
        record_bytes=round(fmean(map(measure_item, function.last_items)), 1),
        text_chars=round(fmean(map(len, texts)), 1),
        text_tokens=round(fmean(_read_tokens(function.last_items)), 1),
    )


def count_log_bytes(lines: Sequence[str]) -> int:
    """Count log lines as CloudWatch Logs does."""
    return sum(len(line.encode()) + LOG_EVENT_BYTES for line in lines)


def _read_tokens(items: Sequence[dict[str, Any]]) -> list[int]:
    return [json.loads(item["tokens"]["N"]) for item in items]
