"""One cold start: a new emulator and process, one request, and the time of each part."""

import shutil
import time
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from statistics import median
from typing import Any

from benchmarks.cold_start.cold_start_results import ColdStart
from benchmarks.cold_start.variants import Variant
from benchmarks.lambda_function import invoke
from tests.e2e.emulator import FunctionEmulator, LambdaRuntime, run_function
from tests.windvane.api.events import build_rest_event

DROP_CACHES = Path("/proc/sys/vm/drop_caches")
EVENT = build_rest_event(
    "POST",
    "/sentiment",
    b'{"text": "The room was clean and the staff could not have been kinder to us."}',
    {"Content-Type": "application/json"},
)


def measure_start(
    variant: Variant, environ: Mapping[str, str], runtime: LambdaRuntime, scratch: Path
) -> ColdStart:
    """Start a variant and send it one request.

    Raises:
        FunctionError: It did not respond with 200.
    """
    scratch.mkdir()
    paths = {"PYTHONPATH": ":".join(map(str, variant.paths))}
    with run_function(
        variant.package,
        {**environ, **variant.environ, **paths},
        replace(runtime, handler=variant.handler),
        scratch,
    ) as function:
        started = time.perf_counter()
        invoke(function, EVENT)
        total = (time.perf_counter() - started) * 1e3
        start = _split(total, function) if variant.is_windvane else ColdStart(total=total)
    shutil.rmtree(scratch)  # the next start's files take the memory of these
    return start


def drop_page_cache() -> bool:
    """Make the next start read from disk; False where this is not permitted."""
    try:
        DROP_CACHES.write_text("3")
    except OSError:
        return False
    return True


def take_medians(starts: list[ColdStart]) -> ColdStart:
    """Take each part's median over the starts."""
    parts = {name: [getattr(start, name) for start in starts] for name in vars(starts[0])}
    medians: dict[str, Any] = {
        name: None if None in values else median(values) for name, values in parts.items()
    }
    return ColdStart(**medians)


def _split(total: float, function: FunctionEmulator) -> ColdStart:
    times = function.wait_for_log(lambda line: "times_ms" in line)["times_ms"]
    counted = function.wait_for_log(lambda line: "ClassifyTime" in line)
    (first_run,), (log,) = counted["ClassifyTime"], counted["LogTime"]
    return ColdStart(
        total=total,
        runtime=total - times["start"] - first_run - log,
        imports=times["imports"],
        bundle=times["bundle"],
        classifier=times["classifier"],
        waiting=times["start"] - times["imports"],
        first_run=first_run,
        log=log,
    )
