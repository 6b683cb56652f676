"""CPU time and memory of a process with its children."""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from benchmarks.child_process import peak_memory_mb, read_memory
from benchmarks.process_tree import cpu_seconds, list_tree, tree_peak_mb

CHILD = "import time; t = time.process_time() + 0.05\nwhile time.process_time() < t: pass\n"
PARENT = f"""
import subprocess, sys
child = subprocess.Popen([sys.executable, "-c", {CHILD + "print(1, flush=True); input()"!r}],
    stdin=subprocess.PIPE, stdout=subprocess.PIPE)
child.stdout.readline()
print(child.pid, flush=True)
input()
"""

pytestmark = pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="there is no /proc")


@pytest.fixture
def family() -> Iterator[tuple[int, int]]:
    """A process and its child, which has used a twentieth of a second of CPU."""
    with subprocess.Popen(
        [sys.executable, "-c", PARENT], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as parent:
        assert parent.stdout
        yield parent.pid, int(parent.stdout.readline())
        parent.communicate("\n")


def test_tree_holds_a_process_and_its_children(family: tuple[int, int]) -> None:
    parent, child = family

    assert list_tree(parent) == [parent, child]
    assert {parent, child} < set(list_tree(os.getpid()))


def test_cpu_time_is_that_of_the_child_too(family: tuple[int, int]) -> None:
    parent, child = family

    whole, part = cpu_seconds(parent), cpu_seconds(child)

    assert whole is not None
    assert part is not None
    assert whole >= part >= 0.04


def test_peak_memory_is_the_sum(family: tuple[int, int]) -> None:
    peaks = [peak_memory_mb(pid) or 0 for pid in family]

    assert tree_peak_mb(family[0]) == pytest.approx(sum(peaks), rel=0.2)
    assert min(peaks) > 1


def test_process_that_has_ended_has_no_figures() -> None:
    process = subprocess.Popen([sys.executable, "-c", ""])
    process.wait()

    assert list_tree(process.pid) == []
    assert cpu_seconds(process.pid) is None
    assert tree_peak_mb(process.pid) is None
    assert read_memory(process.pid) is None
