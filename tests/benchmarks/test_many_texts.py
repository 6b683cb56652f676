"""``windvane classify`` beside the core."""

from dataclasses import replace
from pathlib import Path

import pytest

from benchmarks.many_texts import CommandRun, Timed, measure_many_texts, summarize
from benchmarks.plan import QUICK
from benchmarks.results_page import describe_many_texts

PLAN = replace(QUICK, many_rows=100, bulk_threads=2)
CORES = [Timed(clock=9.0, cpu=18.0), Timed(clock=10.0, cpu=18.0)]
RUNS = [
    CommandRun(Timed(clock=10.0, cpu=20.0), early_mb=100, last_mb=101, peak_mb=102),
    CommandRun(Timed(clock=10.0, cpu=18.0), early_mb=99, last_mb=None, peak_mb=103),
]


def test_ratios_are_those_of_each_round() -> None:
    figures = summarize(PLAN, CORES, RUNS)

    assert figures.clock_ratio == pytest.approx(0.95)
    assert figures.clock_spread == pytest.approx(0.1)
    assert figures.cpu_ratio == pytest.approx(0.95)
    assert (figures.early_mb, figures.last_mb, figures.peak_mb) == (100, 101, 103)
    assert "0.950 of it by the clock" in describe_many_texts(figures)


def test_both_are_measured_on_every_row(tmp_path: Path) -> None:
    figures = measure_many_texts(replace(PLAN, many_rows=24), tmp_path, lambda _: None)

    assert (figures.rows, figures.threads, figures.rounds) == (24, 2, 1)
    assert figures.core_per_second > figures.command_per_second > 0
    assert figures.cpu_ratio < 1
