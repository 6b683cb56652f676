"""A Linux control group with the share of a CPU that Lambda gives a memory size."""

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from benchmarks.command_line import BenchmarkError
from windvane.facts import MEMORY_MB_PER_VCPU

PERIOD_US = 20_000
"""Lambda's period, as others have measured it; AWS does not document it."""

REMOVE_SECONDS = 2
CGROUP = Path("/sys/fs/cgroup")


class CpuShareError(BenchmarkError):
    """This machine cannot limit the CPU of a process."""


@contextmanager
def limit_cpu(memory_mb: int, *, root: Path = CGROUP) -> Iterator[Path]:
    """Make a control group with the CPU of a memory size; its processes must end with the block.

    Args:
        memory_mb: Memory of the function.
        root: Mount point of control groups, version 1 or 2.

    Yields:
        File that takes the ids of the processes to limit.

    Raises:
        CpuShareError: The group cannot be made.
    """
    quota = round(PERIOD_US * memory_mb / MEMORY_MB_PER_VCPU)
    is_v1 = (root / "cpu").is_dir()
    group = (root / "cpu" if is_v1 else root) / f"windvane-cost-{os.getpid()}"
    limits = (
        {"cpu.cfs_period_us": f"{PERIOD_US}", "cpu.cfs_quota_us": f"{quota}"}
        if is_v1
        else {"cpu.max": f"{quota} {PERIOD_US}"}
    )
    try:
        group.mkdir()
        for name, value in limits.items():
            (group / name).write_text(value)
    except OSError as error:
        raise CpuShareError(
            f"A control group cannot be made at {group} ({error.strerror}): measuring needs Linux "
            "and root. `--render` needs neither."
        ) from error
    try:
        yield group / "cgroup.procs"
    finally:
        _remove(group)


def leave_group(processes: Path, pid: int) -> None:
    """Move a process out of a group of `limit_cpu`; its children stay."""
    (processes.parents[1] / processes.name).write_text(str(pid))


def _remove(group: Path) -> None:
    """Remove a group once the kernel has reaped its last, killed processes."""
    deadline = time.monotonic() + REMOVE_SECONDS
    while True:
        try:
            group.rmdir()
        except OSError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.02)
        else:
            return
