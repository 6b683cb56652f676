"""wrk (https://github.com/wg/wrk), the load generator of the HTTP stage."""

import json
import re
import shutil
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmarks.command_line import BenchmarkError
from benchmarks.latency import Latency
from benchmarks.load.http_client import HOST

SCRIPT = Path(__file__).with_name("wrk_texts.lua")
SPARE_SECONDS = 60


class WrkError(BenchmarkError):
    """wrk is not installed, or failed; the message says what to do."""


@dataclass(frozen=True)
class WrkRound:
    """One run of wrk.

    Attributes:
        latency: Response times of all requests.
        requests: Responses, none with a status over 399.
        seconds: How long it ran.
        errors: Broken connections and timeouts.
    """

    latency: Latency
    requests: int
    seconds: int
    errors: int

    @property
    def per_second(self) -> float:
        """Responses a second."""
        return self.requests / self.seconds


def read_wrk_version() -> str:
    """Read the version of the installed wrk, for example ``debian/4.1.0-3+b2``.

    Raises:
        WrkError: It is not installed.
    """
    if not (program := shutil.which("wrk")):
        raise WrkError(
            "The servers are loaded with wrk, which is not installed: `apt-get install wrk` on "
            "Debian and Ubuntu, `brew install wrk` on macOS; on Amazon Linux build it from "
            "https://github.com/wg/wrk."
        )
    # It exits with 1 after it has printed its version.
    printed = subprocess.run([program, "-v"], capture_output=True, text=True, check=False)  # noqa: S603 - found above
    found = re.search(r"^wrk (\S+)", printed.stdout + printed.stderr, re.MULTILINE)
    return found[1] if found else "of an unknown version"


def run_wrk(
    port: int, path: str, bodies: Sequence[bytes], *, clients: int, seconds: int
) -> WrkRound:
    """Post bodies in turn on keep-alive connections, each waiting for its response.

    Raises:
        WrkError: wrk failed, no request was answered, or one with a status over 399.
    """
    command = [
        *("wrk", "--threads", "1", "--connections", str(clients)),
        *("--duration", f"{seconds}s", "--timeout", "10s", "--script", str(SCRIPT)),
        *(f"http://{HOST}:{port}{path}", "--", *(body.decode() for body in bodies)),
    ]
    run = subprocess.run(  # noqa: S603 - wrk and our own arguments
        command, capture_output=True, text=True, timeout=seconds + SPARE_SECONDS, check=False
    )
    last_line = run.stdout.strip().rpartition("\n")[2]
    if run.returncode or not last_line.startswith("{"):
        raise WrkError(f"wrk failed: {(run.stderr or run.stdout).strip()[-300:]}")
    fields = json.loads(last_line)
    if not fields["requests"]:
        raise WrkError(f"No request to {path} was answered within {seconds} s.")
    if refused := fields["refused"]:
        raise WrkError(
            f"{refused} of {fields['requests']} responses to {path} had a status over 399: "
            "the rates and response times would be those of refusals."
        )
    return WrkRound(
        latency=Latency(*(fields[name] / 1000 for name in ("p50_us", "p95_us", "p99_us"))),
        requests=fields["requests"],
        seconds=fields["duration_us"] / 1e6,
        errors=fields["errors"],
    )
