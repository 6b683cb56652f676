"""Cores that a benchmark and its children may use."""

import os
import subprocess
import sys

import pytest

from benchmarks.child_process import limit_cores

PRINT_CORES = "import os; print(len(os.sched_getaffinity(0)))"


@pytest.mark.skipif(not hasattr(os, "sched_setaffinity"), reason="the system has no affinity")
def test_children_run_on_as_many_cores_as_are_allowed() -> None:
    before = os.sched_getaffinity(0)

    with limit_cores(1):
        child = subprocess.run(
            [sys.executable, "-c", PRINT_CORES], capture_output=True, text=True, check=True
        )

    assert child.stdout.strip() == "1"
    assert os.sched_getaffinity(0) == before
