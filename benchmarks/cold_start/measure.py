"""One cold start: a fresh emulator and process, one request, what it took and where."""

import shutil
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Any

from benchmarks.cold_start.variants import Variant
from tests.e2e.emulator import FunctionEmulator, LambdaRuntime, run_function

DROP_CACHES = Path("/proc/sys/vm/drop_caches")
EVENT = {
    "resource": "/{proxy+}",
    "path": "/sentiment",
    "httpMethod": "POST",
    "headers": {"content-type": "application/json"},
    "multiValueHeaders": {"content-type": ["application/json"]},
    "requestContext": {"stage": "bench", "requestId": "1"},
    "body": '{"text": "The room was clean and the staff could not have been kinder to us."}',
    "isBase64Encoded": False,
}


class ColdStartError(Exception):
    """A function did not answer; the message holds what it said."""


@dataclass(frozen=True, kw_only=True)
class ColdStart:
    """One start, or the median of several, in milliseconds.

    Attributes:
        total: The event is sent to the answer is there; the process starts in between.
        runtime: Interpreter and runtime client: all that the parts below leave.
        imports: Imports of the function.
        bundle: The bundle fetched and verified, beside the imports.
        classifier: Tokenizer and session opened, beside the imports.
        waiting: What of these two was left to wait for.
        first_run: The first text through the model.
        log: The first result recorded.
    """

    total: float
    runtime: float | None = None
    imports: float | None = None
    bundle: float | None = None
    classifier: float | None = None
    waiting: float | None = None
    first_run: float | None = None
    log: float | None = None


def measure_start(
    variant: Variant, environ: Mapping[str, str], client: LambdaRuntime, scratch: Path
) -> ColdStart:
    """Start a variant and send it one request.

    Raises:
        ColdStartError: It did not answer 200.
    """
    scratch.mkdir()
    runtime = LambdaRuntime(client.emulator, client.client, variant.handler)
    paths = {"PYTHONPATH": ":".join(map(str, variant.paths))}
    with run_function(
        variant.package, {**environ, **variant.environ, **paths}, runtime, scratch
    ) as function:
        started = time.perf_counter()
        answer = function.invoke(EVENT)
        total = (time.perf_counter() - started) * 1e3
        if answer.get("statusCode") != 200:  # noqa: PLR2004 - HTTP
            raise ColdStartError(f"{variant.title}: {answer}")
        start = _split(total, function) if variant.is_windvane else ColdStart(total=total)
    shutil.rmtree(scratch)  # the next start's files take the memory of these
    return start


def drop_page_cache() -> bool:
    """Make the next start read from disk; whether this machine lets us."""
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
