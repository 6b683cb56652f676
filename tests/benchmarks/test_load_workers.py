"""Throughput and memory of several workers, measured briefly."""

import os

from benchmarks.load.workers import list_processes, measure_workers, read_cpu_seconds

SECONDS = 0.3


def test_figures_are_those_of_all_processes() -> None:
    figures = measure_workers(2, threads=2, seconds=SECONDS)

    assert figures.errors == 0
    assert figures.per_second > 1
    assert 0 < figures.cpu_ms < 1000
    assert figures.memory_mb > 2 * 30  # two models
    assert figures.to_row().startswith("| 2 | 2 | ")


def test_processes_are_the_parent_and_its_children() -> None:
    assert os.getpid() in list_processes(os.getpid())
    assert read_cpu_seconds(os.getpid()) > 0
