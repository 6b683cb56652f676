"""The function in a process of its own, under Lambda's runtime client, held to its CPU."""

import contextlib
import json
import os
import queue
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

from benchmarks.cost.cpu_share import limit_cpu
from benchmarks.cost.inputs import Assumptions
from benchmarks.cost.loopback_servers import Invocation, ResultTable, RuntimeApi, serve
from benchmarks.processes import ROOT, last_lines, stop
from windvane.facts import FUNCTION_HANDLER, STACK_PREFIX

START_SECONDS = 60
ANSWER_SECONDS = 60
JOIN_AND_RUN = 'echo $$ > "$0" && exec "$@"'
"""The shell joins the group, so that all of the function's start is in it."""

LogLine = dict[str, Any]


class FunctionError(Exception):
    """The function did not start or answer; the message holds what it said."""


class FunctionProcess:
    """A function that answers.

    Attributes:
        init_ms: From the start of the process until it asked for its first event.
    """

    def __init__(self, api: RuntimeApi, table: ResultTable, log: Path, started: float) -> None:
        """Wait until it asks for an event.

        Raises:
            FunctionError: It did not.
        """
        self._api = api
        self._table = table
        self._log = log
        if not api.ready.wait(START_SECONDS):
            raise self._fail("did not start")
        self.init_ms = (time.perf_counter() - started) * 1e3

    def invoke(self, event: dict[str, Any]) -> Invocation:
        """Send it an event.

        Raises:
            FunctionError: It gave no answer, or one that is not 200.
        """
        try:
            invocation = self._api.invoke(event, timeout_seconds=ANSWER_SECONDS)
        except queue.Empty as error:
            raise self._fail("did not answer") from error
        if invocation.failed or invocation.answer.get("statusCode") != 200:  # noqa: PLR2004 - HTTP
            raise self._fail(f"answered {invocation.answer}")
        return invocation

    @property
    def last_items(self) -> list[dict[str, Any]]:
        """The records that it wrote last, in DynamoDB's JSON."""
        return self._table.last_items

    def read_log(self) -> list[str]:
        """Read the lines that it has logged so far."""
        return self._log.read_text(encoding="utf-8").splitlines()

    def _fail(self, what: str) -> FunctionError:
        said = last_lines(self._log.read_text(encoding="utf-8"))
        return FunctionError(f"The function {what}: {said}")


@contextmanager
def run_function(memory_mb: int, assumptions: Assumptions) -> Iterator[FunctionProcess]:
    """Run the function with the CPU of so much memory.

    Raises:
        CpuShareError: This machine cannot limit it.
        FunctionError: It did not start.
    """
    api = RuntimeApi()
    table = ResultTable(assumptions.table_wait_ms, assumptions.table_wait_ms_per_record)
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        group = stack.enter_context(limit_cpu(memory_mb))
        runtime_host = stack.enter_context(serve(api.build_handler()))
        table_host = stack.enter_context(serve(table.build_handler()))
        stack.callback(api.events.put, None)
        environ = build_environ(memory_mb, runtime_host, table_host)
        log = folder / "log"
        with log.open("wb") as output:
            started = time.perf_counter()
            process = subprocess.Popen(  # noqa: S603 - our own function
                ["/bin/sh", "-c", JOIN_AND_RUN, str(group), *_build_command()],
                cwd=ROOT,
                env=environ,
                stdout=output,
                stderr=output,
                text=True,
            )
        stack.callback(stop, process)
        yield FunctionProcess(api, table, log, started)


def build_environ(memory_mb: int, runtime_host: str, table_host: str) -> dict[str, str]:
    """Build the environment: Lambda's, and the stack's as in the stage ``prod``."""
    return {
        "PATH": os.environ["PATH"],
        "PYTHONPATH": str(ROOT),
        "PYTHONUNBUFFERED": "1",
        "AWS_LAMBDA_RUNTIME_API": runtime_host,
        "AWS_LAMBDA_FUNCTION_NAME": STACK_PREFIX + "prod",
        "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": str(memory_mb),
        "AWS_LAMBDA_LOG_FORMAT": "JSON",
        "AWS_REGION": "us-east-1",
        "AWS_ACCESS_KEY_ID": "testing",
        "AWS_SECRET_ACCESS_KEY": "testing",
        "AWS_ENDPOINT_URL_DYNAMODB": f"http://{table_host}",
        "WINDVANE_RESULT_LOG_URI": "dynamodb://results",
        "WINDVANE_STORE_TEXT": "none",
        "WINDVANE_RETENTION_DAYS": "30",
    }


def find_metrics(log: list[str]) -> set[str]:
    """Name the metrics in log lines of CloudWatch's embedded metric format."""
    return {
        metric["Name"]
        for line in log
        for directive in _read_line(line).get("_aws", {}).get("CloudWatchMetrics", [])
        for metric in directive["Metrics"]
    }


def _read_line(line: str) -> LogLine:
    with contextlib.suppress(ValueError):
        read = json.loads(line)
        if isinstance(read, dict):
            return read
    return {}


def _build_command() -> list[str]:
    return [sys.executable, "-m", "awslambdaric", FUNCTION_HANDLER]
