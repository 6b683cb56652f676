"""AWS's runtime emulator with a function in it, as a process of its own.

The emulator is the program that runs in Lambda's own images: it starts ``python -m awslambdaric``
at the first event, and speaks Lambda's runtime API with it. Neither it nor the function outlives
the ``with`` block.
"""

import functools
import json
import os
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx

from tests.e2e.runtime_folder import python_without_packages
from tests.windvane.api.events import build_rest_event

LOOPBACK = "127.0.0.1"
INVOKE = "/2015-03-31/functions/function/invocations"
JSON_TYPE = {"Content-Type": "application/json"}
START_SECONDS = 10
STOP_SECONDS = 3
INVOKE_SECONDS = 40

CPUS = Path("/sys/devices/system/cpu")
HIDE_CPUS = ("unshare", "--mount", "sh", "-c", f'mount -t tmpfs none {CPUS} && exec "$@"', "sh")
"""Runs a command where /sys/devices/system/cpu is empty, as on Lambda's arm64 machines."""


@dataclass(frozen=True)
class LambdaRuntime:
    """What runs any function.

    Attributes:
        emulator: AWS's program.
        client: Folder with awslambdaric.
        handler: Name of the function's handler.
    """

    emulator: Path
    client: Path
    handler: str


@dataclass(frozen=True)
class Answer:
    """What API Gateway would send on.

    Attributes:
        status: HTTP status.
        body: Its JSON.
        seconds: What the caller waited.
    """

    status: int
    body: dict[str, Any]
    seconds: float


@dataclass(frozen=True)
class FunctionEmulator:
    """A function that can be sent events."""

    url: str
    log: Path
    process: subprocess.Popen[bytes]

    def invoke(self, event: object) -> dict[str, Any]:
        """Send an event and read what the handler answered, or its error."""
        answer = httpx.post(
            f"{self.url}{INVOKE}",
            json=event,
            timeout=INVOKE_SECONDS,
            # Reading the certificates for TLS takes 35 ms, which a cold start would seem to take.
            verify=False,  # noqa: S501 - there is no TLS here
        )
        answered: dict[str, Any] = answer.json()
        return answered

    def request(self, method: str, path: str, body: object = None) -> Answer:
        """Send what API Gateway makes of an HTTP request."""
        content = None if body is None else json.dumps(body).encode()
        event = build_rest_event(method, path, content, JSON_TYPE if content else None)
        started = time.monotonic()
        answer = self.invoke(event)
        seconds = time.monotonic() - started
        return Answer(answer["statusCode"], json.loads(answer["body"]), seconds)

    def read_log(self) -> list[dict[str, Any]]:
        """Read the lines of JSON that the function has written."""
        lines = self.log.read_text(encoding="utf-8", errors="replace").splitlines()
        return [json.loads(line) for line in lines if line.startswith("{")]

    def wait_for_log(self, matches: Callable[[dict[str, Any]], bool]) -> dict[str, Any]:
        """Wait for a line; lines arrive a moment after the answer."""
        deadline = time.monotonic() + STOP_SECONDS
        while time.monotonic() < deadline:
            for line in self.read_log():
                if matches(line):
                    return line
            time.sleep(0.02)
        raise AssertionError(f"no such line in the log:\n{self.log.read_text()}")


@contextmanager
def run_function(
    package: Path, environ: Mapping[str, str], runtime: LambdaRuntime, scratch: Path
) -> Iterator[FunctionEmulator]:
    """Run a function until the block ends.

    Args:
        package: Folder with the unzipped package.
        environ: The function's whole environment; its runtime's paths are added, in front.
        runtime: What runs it.
        scratch: Folder for its log and its /tmp.
    """
    ports = [_find_free_port() for _ in range(2)]
    addresses = [f"{LOOPBACK}:{port}" for port in ports]
    command = [
        *(HIDE_CPUS if can_hide_cpus() else ()),
        str(runtime.emulator),
        *("--runtime-interface-emulator-address", addresses[0]),
        *("--runtime-api-address", addresses[1]),
        *("--log-level", "warning"),
        *(*python_without_packages(), "-m", "awslambdaric", runtime.handler),
    ]
    log = scratch / "function.log"
    with log.open("wb") as output:
        process = subprocess.Popen(
            command,
            cwd=package,
            env=_add_paths(environ, package, runtime, scratch),
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
        )
    try:
        _wait_for_port(ports[0], process)
        yield FunctionEmulator(f"http://{addresses[0]}", log, process)
    finally:
        _stop(process)


@functools.cache
def can_hide_cpus() -> bool:
    """Whether this machine lets a test mount something over /sys/devices/system/cpu."""
    try:
        run = subprocess.run([*HIDE_CPUS, "true"], capture_output=True, check=False)
    except OSError:
        return False
    return run.returncode == 0


def list_descendants(pid: int) -> list[int]:
    """List the processes that a process has started, and they."""
    parents = dict(_read_parents())
    found = [pid]
    for parent in found:
        found += [child for child, its_parent in parents.items() if its_parent == parent]
    return found[1:]


def _add_paths(
    environ: Mapping[str, str], package: Path, runtime: LambdaRuntime, scratch: Path
) -> dict[str, str]:
    further = environ.get("PYTHONPATH")
    paths = [str(package), str(runtime.client), *([further] if further else [])]
    return {
        **environ,
        "LAMBDA_RUNTIME_DIR": str(runtime.client),
        "LAMBDA_TASK_ROOT": str(package),
        "PATH": os.environ["PATH"],
        "PYTHONPATH": ":".join(paths),
        "TMPDIR": str(scratch),  # a function has a /tmp of its own
    }


def _find_free_port() -> int:
    with socket.create_server((LOOPBACK, 0)) as server:
        port: int = server.getsockname()[1]
    return port


def _wait_for_port(port: int, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline and process.poll() is None:
        with suppress(OSError), socket.create_connection((LOOPBACK, port), timeout=1):
            return
        time.sleep(0.01)
    raise AssertionError(f"the emulator did not start; exit code {process.poll()}")


def _stop(process: subprocess.Popen[bytes]) -> None:
    started = list_descendants(process.pid)
    process.terminate()
    try:
        process.wait(STOP_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
    for pid in started:
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)


def _read_parents() -> Iterator[tuple[int, int]]:
    for folder in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):  # it has ended
            after_name = (folder / "stat").read_text().rpartition(")")[2]
            yield int(folder.name), int(after_name.split()[1])
