"""What every child process of a benchmark needs: its environment, its end, its peak memory."""

import os
import subprocess
import time
from pathlib import Path

STOP_SECONDS = 5


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
    status = Path(f"/proc/{pid}/status")
    if not status.exists():
        return None
    fields = dict(line.split(":", 1) for line in status.read_text(encoding="utf-8").splitlines())
    return int(fields["VmHWM"].split()[0]) * 1024 / 1e6


def read_cpu_ms(pid: int) -> float:
    """Read the CPU time that a process has taken so far, all threads, in milliseconds.

    Linux has a clock for each process; the number is what clock_getcpuclockid(3) returns.
    """
    return time.clock_gettime(~pid << 3 | 2) * 1e3
