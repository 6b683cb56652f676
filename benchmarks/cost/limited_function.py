"""The function under AWS's runtime emulator, with the CPU of its memory size."""

import json
import re
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from benchmarks.cost.cpu_share import leave_group, limit_cpu
from benchmarks.lambda_function import FunctionError, RunningFunction, invoke
from tests.e2e.emulator import LambdaRuntime, run_function
from windvane.facts import DEFAULT_BUNDLE, STACK_PREFIX

LOG_SECONDS = 5
REPORT = re.compile(r"^REPORT .*\tDuration: ([\d.]+) ms\tBilled Duration: (\d+) ms", re.MULTILINE)


@dataclass(frozen=True)
class RequestLog:
    """Log of some requests.

    Attributes:
        durations_ms: Duration of each, as the emulator reports it.
        billed_ms: Billed duration of each: rounded up to a millisecond.
        lines: The function's own lines.
    """

    durations_ms: list[float]
    billed_ms: list[int]
    lines: list[str]


class LimitedFunction:
    """A running function.

    Attributes:
        metrics: Names of the metrics in its log so far.
    """

    def __init__(self, function: RunningFunction) -> None:
        self.metrics: set[str] = set()
        self._function = function
        self._log_chars = 0
        self._requests = 0

    def invoke(self, event: dict[str, Any]) -> dict[str, Any]:
        """Send an event; returns what the handler returned.

        Raises:
            FunctionError: Its status is not 200.
        """
        self._requests += 1
        return invoke(self._function, event)

    def read_log(self) -> RequestLog:
        """Read the log of the requests since the last call, once it is complete.

        Raises:
            FunctionError: The emulator did not report all of them in time.
        """
        deadline = time.monotonic() + LOG_SECONDS
        while time.monotonic() < deadline:
            log = self._function.log.read_text(encoding="utf-8")[self._log_chars :]
            reports = REPORT.findall(log)
            if len(reports) == self._requests:
                break
            time.sleep(0.02)
        else:
            raise FunctionError(f"{len(reports)} of {self._requests} requests were reported.")
        self._log_chars += len(log)
        self._requests = 0
        lines = [line for line in log.splitlines() if line.startswith("{")]
        self.metrics |= find_metrics(lines)
        return RequestLog(
            durations_ms=[float(duration) for duration, _ in reports],
            billed_ms=[int(billed) for _, billed in reports],
            lines=lines,
        )


@contextmanager
def run_limited(
    package: Path,
    runtime: LambdaRuntime,
    table_url: str,
    first_event: dict[str, Any],
    memory_mb: int,
) -> Iterator[LimitedFunction]:
    """Run the function until the block ends, and send it a first event, which starts its process.

    Raises:
        CpuShareError: This machine cannot limit its CPU.
        FunctionError: Its first response is not 200.
    """
    environ = build_environ(memory_mb, table_url)
    with (
        TemporaryDirectory() as folder,
        limit_cpu(memory_mb) as group,
        run_function(package, environ, runtime, Path(folder)) as emulator,
    ):
        # The function's process inherits the group of the emulator, which then leaves it: it takes
        # a millisecond of CPU time for each event.
        group.write_text(str(emulator.process.pid))
        function = LimitedFunction(emulator)
        function.invoke(first_event)
        leave_group(group, emulator.process.pid)
        yield function


def build_environ(memory_mb: int, table_url: str) -> dict[str, str]:
    """Build the environment of the stage ``prod``, with the bundle in a local folder."""
    return {
        "AWS_LAMBDA_FUNCTION_NAME": STACK_PREFIX + "prod",
        "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": str(memory_mb),
        "AWS_LAMBDA_LOG_FORMAT": "JSON",
        "AWS_REGION": "us-east-1",
        "AWS_ACCESS_KEY_ID": "testing",
        "AWS_SECRET_ACCESS_KEY": "testing",
        "AWS_ENDPOINT_URL_DYNAMODB": table_url,
        "WINDVANE_BUNDLE_URI": str(DEFAULT_BUNDLE),
        "WINDVANE_RESULT_LOG_URI": "dynamodb://results",
        "WINDVANE_STORE_TEXT": "none",
        "WINDVANE_RETENTION_DAYS": "30",
    }


def find_metrics(lines: Sequence[str]) -> set[str]:
    """Collect the metric names in log lines of CloudWatch's embedded metric format."""
    names: set[str] = set()
    for line in lines:
        with suppress(ValueError, KeyError, TypeError):  # any other line
            for directive in json.loads(line)["_aws"]["CloudWatchMetrics"]:
                names |= {metric["Name"] for metric in directive["Metrics"]}
    return names
