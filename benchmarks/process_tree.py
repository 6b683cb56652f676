"""CPU time and memory of a process with all its descendants, from ``/proc`` (proc(5))."""

import os
from dataclasses import dataclass
from pathlib import Path

from benchmarks.child_process import peak_memory_mb

PROC = Path("/proc")
_PARENT, _FIRST_TIME, _LAST_TIME = 1, 11, 15
"""Positions behind the name in ``/proc/PID/stat``: ppid, and utime to cstime."""


@dataclass(frozen=True)
class _Stat:
    parent: int
    ticks: int


def list_tree(root: int) -> list[int]:
    """List a process and its descendants; empty where there is no ``/proc``."""
    stats = _read_stats()
    tree = [root] if root in stats else []
    for pid in tree:
        tree += [child for child, stat in stats.items() if stat.parent == pid]
    return tree


def cpu_seconds(root: int) -> float | None:
    """Sum the CPU time of a process tree, ended children included; None without ``/proc``."""
    stats = _read_stats()
    tree = list_tree(root)
    if not tree:
        return None
    return sum(stats[pid].ticks for pid in tree if pid in stats) / os.sysconf("SC_CLK_TCK")


def tree_peak_mb(root: int) -> float | None:
    """Sum the peak resident memory of a process tree, in MB; shared pages count in each."""
    peaks = [peak for pid in list_tree(root) if (peak := peak_memory_mb(pid)) is not None]
    return sum(peaks) if peaks else None


def _read_stats() -> dict[int, _Stat]:
    stats = {}
    for folder in PROC.glob("[0-9]*"):
        try:
            text = (folder / "stat").read_text(encoding="utf-8", errors="replace")
        except OSError:  # it has ended since
            continue
        fields = text.rpartition(")")[2].split()
        ticks = sum(map(int, fields[_FIRST_TIME:_LAST_TIME]))
        stats[int(folder.name)] = _Stat(int(fields[_PARENT]), ticks)
    return stats
