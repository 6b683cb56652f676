"""Tells a quiet machine from a loaded one, on which nothing is measured for a page."""

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import click

from benchmarks.command_line import BenchmarkError

MIN_IDLE_SHARE = 0.95
"""Of two cores, before and after a stage, when the benchmark itself rests: of more cores others may
use no more, since a stage is kept to two of them."""
STAGE_CORES = 2
MAX_STEAL_SHARE = 0.02
"""Of all cores: time that the hypervisor gave to other machines."""
SAMPLE_SECONDS = 2.0
STAT_FILE = Path("/proc/stat")

anyway_option = click.option(
    "--anyway", is_flag=True, help="Measure although the machine is loaded; writes nothing."
)


class LoadedMachineError(BenchmarkError):
    """Other work uses the machine; the message says how much."""


@dataclass(frozen=True)
class CpuTimes:
    """Ticks of all cores since the machine started, from ``/proc/stat`` (proc(5))."""

    idle: int
    steal: int
    total: int


@dataclass(frozen=True)
class CpuShares:
    """Shares of the time of all cores, 0 to 1."""

    idle: float
    steal: float

    @property
    def is_quiet(self) -> bool:
        """Whether a resting benchmark had the machine to itself."""
        busy_cores = (1 - self.idle) * max(STAGE_CORES, os.cpu_count() or 1)
        return busy_cores <= (1 - MIN_IDLE_SHARE) * STAGE_CORES and self.steal <= MAX_STEAL_SHARE

    def __str__(self) -> str:
        return f"{self.idle:.0%} idle, {self.steal:.0%} stolen by the hypervisor"


def read_cpu_times(path: Path = STAT_FILE) -> CpuTimes | None:
    """Read the ticks so far; None where there is no ``/proc/stat``."""
    if not path.exists():
        return None
    first = path.read_text(encoding="utf-8").split("\n", maxsplit=1)[0]
    # Guest time is part of user time: it is not counted twice.
    user, nice, system, idle, iowait, irq, softirq, steal = map(int, first.split()[1:9])
    total = user + nice + system + idle + iowait + irq + softirq + steal
    return CpuTimes(idle + iowait, steal, total)


def compute_shares(before: CpuTimes, after: CpuTimes) -> CpuShares:
    """Compute the shares between two readings."""
    total = max(1, after.total - before.total)
    return CpuShares((after.idle - before.idle) / total, (after.steal - before.steal) / total)


def measure_shares(seconds: float = SAMPLE_SECONDS) -> CpuShares | None:
    """Measure while the benchmark rests; None where it cannot be measured."""
    before = read_cpu_times()
    if before is None:
        return None
    time.sleep(seconds)
    after = read_cpu_times()
    return compute_shares(before, after) if after else None


def require_quiet(stage: str, *, anyway: bool = False) -> None:
    """Measure for two seconds, and refuse to go on if other work uses the machine.

    Raises:
        LoadedMachineError: It does, and ``anyway`` is false.
    """
    shares = measure_shares()
    if shares and not shares.is_quiet and not anyway:
        raise LoadedMachineError(
            f"This machine is loaded ({stage}: {shares}; at least {MIN_IDLE_SHARE:.0%} and at most "
            f"{MAX_STEAL_SHARE:.0%} are needed). End the other work, or take --anyway, which "
            "writes nothing."
        )


@contextmanager
def on_quiet_machine(stage: str, *, anyway: bool = False) -> Iterator[None]:
    """Require a quiet machine before and after a block, and little stolen time within it.

    Raises:
        LoadedMachineError: The machine is loaded, and ``anyway`` is false.
    """
    require_quiet(f"before {stage}", anyway=anyway)
    before = read_cpu_times()
    yield
    after = read_cpu_times()
    if before and after and not anyway:
        steal = compute_shares(before, after).steal
        if steal > MAX_STEAL_SHARE:
            raise LoadedMachineError(
                f"The hypervisor took {steal:.0%} of the processor during {stage}, more than "
                f"{MAX_STEAL_SHARE:.0%}: these figures are not kept."
            )
    require_quiet(f"after {stage}", anyway=anyway)
