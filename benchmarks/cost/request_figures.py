"""Durations, log lines and records of each kind of request, with each memory size."""

import time
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from statistics import fmean, median
from tempfile import TemporaryDirectory

import msgspec

from benchmarks.command_line import Progress
from benchmarks.cost.inputs import LOG_EVENT_BYTES
from benchmarks.cost.limited_function import LimitedFunction, run_limited
from benchmarks.cost.record_size import measure_item
from benchmarks.cost.result_table_server import ResultTable, serve_result_table
from benchmarks.cost.workload import CASES, MEMORIES_MB, Case, build_event, choose_texts
from benchmarks.lambda_function import prepare_runtime, unzip_package
from windvane.facts import MetricName

WARM_UP_REQUESTS = 5
FEWEST_REQUESTS = 2
MOST_REQUESTS = 300
STARTS = 3
TABLE_WAIT_MS = 5.0
TABLE_WAIT_MS_PER_RECORD = 0.2


class RequestFigures(msgspec.Struct, frozen=True, kw_only=True):
    """Figures of one kind of request with one memory size.

    Attributes:
        memory_mb: Memory of the function.
        length: Kind of the texts.
        texts: Texts in a request.
        requests: Number of requests.
        p50_ms: Median duration.
        mean_ms: Mean duration.
        billed_ms: Mean billed duration: each rounded up to a millisecond.
        log_bytes: The function's log lines of a request, as CloudWatch counts them.
        response_bytes: Body of a response.
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
    """All figures of one run.

    Attributes:
        table_wait_ms: Time that the fake table took for a batch of records.
        table_wait_ms_per_record: Time for each record, on top.
        init_ms: Start of the process by memory size, the median of a few: how much longer the
            first request took than the next ones.
        metrics: Names of the metrics that the function wrote, without those of labels.
        cases: Every kind of request with every memory size.
    """

    table_wait_ms: float = TABLE_WAIT_MS
    table_wait_ms_per_record: float = TABLE_WAIT_MS_PER_RECORD
    init_ms: dict[int, float]
    metrics: list[str]
    cases: list[RequestFigures]


def measure(seconds: float, progress: Progress) -> Measurements:
    """Measure every kind of request, for some seconds each.

    Raises:
        CpuShareError: This machine cannot limit the function's CPU.
        FunctionError: The function did not respond with 200.
    """
    progress("building the package")
    package = unzip_package()
    init_ms: dict[int, float] = {}
    metrics: set[str] = set()
    cases = []
    with (
        TemporaryDirectory() as folder,
        serve_result_table(TABLE_WAIT_MS, TABLE_WAIT_MS_PER_RECORD) as table,
    ):
        runtime = prepare_runtime(Path(folder))
        run = partial(run_limited, package, runtime, table.url, build_event(CASES[0]))
        for memory_mb in MEMORIES_MB:
            progress(f"{memory_mb} MB: starting")
            starts_ms = []
            for _ in range(STARTS):
                with run(memory_mb) as function:
                    starts_ms.append(measure_start(function))
            init_ms[memory_mb] = round(median(starts_ms), 1)
            with run(memory_mb) as function:
                measure_start(function)
                for case in CASES:
                    progress(f"{memory_mb} MB: {case.title}")
                    cases.append(measure_case(function, table, memory_mb, case, seconds))
                metrics |= function.metrics
    own_metrics = sorted(name for name in metrics if not name.startswith(MetricName.LABEL_PREFIX))
    return Measurements(init_ms=init_ms, metrics=own_metrics, cases=cases)


def measure_start(function: LimitedFunction) -> float:
    """Measure how much longer the first request takes than the next ones, in milliseconds."""
    for _ in range(WARM_UP_REQUESTS):
        function.invoke(build_event(CASES[0]))
    first, *later = function.read_log().durations_ms
    return first - median(later)


def measure_case(
    function: LimitedFunction, table: ResultTable, memory_mb: int, case: Case, seconds: float
) -> RequestFigures:
    """Send requests of one kind, one after the other."""
    event = build_event(case)
    texts = choose_texts(case)
    end = time.perf_counter() + seconds
    requests = 0
    while requests < FEWEST_REQUESTS or (time.perf_counter() < end and requests < MOST_REQUESTS):
        response = function.invoke(event)
        requests += 1
    log = function.read_log()
    tokens = [int(item["tokens"]["N"]) for item in table.last_items]
    return RequestFigures(
        memory_mb=memory_mb,
        length=case.length,
        texts=case.texts,
        requests=requests,
        p50_ms=round(median(log.durations_ms), 2),
        mean_ms=round(fmean(log.durations_ms), 2),
        billed_ms=round(fmean(log.billed_ms), 2),
        log_bytes=round(count_log_bytes(log.lines) / requests, 1),
        response_bytes=len(response["body"].encode()),
        record_bytes=round(fmean(map(measure_item, table.last_items)), 1),
        text_chars=round(fmean(map(len, texts)), 1),
        text_tokens=round(fmean(tokens), 1),
    )


def count_log_bytes(lines: Sequence[str]) -> int:
    """Count log lines as CloudWatch Logs does."""
    return sum(len(line.encode()) + LOG_EVENT_BYTES for line in lines)
