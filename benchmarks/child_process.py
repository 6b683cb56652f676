"""What every child process of a benchmark needs: its environment, its end, its peak memory."""

import os
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

STOP_SECONDS = 5


@dataclass(frozen=True)
class Memory:
    """Resident memory of a process in MB, now and at its peak."""

    resident_mb: float
    peak_mb: float


def build_environment(threads: int) -> dict[str, str]:
    """Build the environment of a peer or a server that may use some threads and no network.

    Byte-code may be written, or every start would compile the source of all imports.
    """
    environment = {
        **os.environ,
        "OMP_NUM_THREADS": str(threads),
        "RAYON_NUM_THREADS": str(threads),
        "TOKENIZERS_PARALLELISM": "true" if threads > 1 else "false",
        "HF_HUB_OFFLINE": "1",
    }
    environment.pop("PYTHONDONTWRITEBYTECODE", None)
    return environment


@contextmanager
def limit_cores(cores: int) -> Iterator[None]:
    """Run this thread and the processes that it starts on some cores, where the system can."""
    if not hasattr(os, "sched_setaffinity"):
        yield
        return
    allowed = os.sched_getaffinity(0)
    os.sched_setaffinity(0, sorted(allowed)[:cores])
    try:
        yield
    finally:
        os.sched_setaffinity(0, allowed)


def stop(process: subprocess.Popen[str]) -> None:
    """Terminate a child; kill it if that takes too long."""
    process.terminate()
    try:
        process.communicate(timeout=STOP_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.communicate()


def peak_memory_mb(pid: int) -> float | None:
    """Read the peak resident memory of a process, in MB; None where there is no ``/proc``."""
    memory = read_memory(pid)
    return memory.peak_mb if memory else None


def read_memory(pid: int) -> Memory | None:
    """Read the memory of a process; None if it has ended, or where there is no ``/proc``."""
    try:
        text = Path(f"/proc/{pid}/status").read_text(encoding="utf-8")
    except OSError:
        return None
    fields = dict(line.split(":", 1) for line in text.splitlines())
    if "VmRSS" not in fields:  # it has ended, and waits for its parent
        return None
    resident_mb, peak_mb = (
        int(fields[name].split()[0]) * 1024 / 1e6 for name in ("VmRSS", "VmHWM")
    )
    return Memory(resident_mb, peak_mb)


def read_cpu_ms(pid: int) -> float:
    """Read the CPU time that a process has taken so far, all threads, in milliseconds.

    Linux has a clock for each process; the number is what clock_getcpuclockid(3) returns.
    """
    return time.clock_gettime(~pid << 3 | 2) * 1e3
