"""A process group of Linux that gets the share of a processor that Lambda gives a memory size."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from windvane.facts import MEMORY_MB_PER_VCPU

PERIOD_US = 20_000
"""Lambda's own, as others have measured it inside; AWS does not document it."""

CGROUP = Path("/sys/fs/cgroup")


class CpuShareError(Exception):
    """This machine cannot hold a process to a share of its processors."""


@contextmanager
def limit_cpu(memory_mb: int, *, root: Path = CGROUP) -> Iterator[Path]:
    """Make a group of processes with the CPU of so much memory; it is empty by the end.

    Args:
        memory_mb: Memory of the function.
        root: Where control groups are mounted, of version 1 or 2.

    Yields:
        The file that a process joins by writing its id into it.

    Raises:
        CpuShareError: Groups cannot be made here.
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
        group.rmdir()
