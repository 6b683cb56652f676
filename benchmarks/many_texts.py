"""The stage of many texts: ``windvane classify`` on a file beside the bare core."""

import csv
import os
import statistics
import subprocess
import sys
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import cycle, islice
from pathlib import Path
from typing import Self

from benchmarks.child_process import Memory, build_environment, read_memory
from benchmarks.command_line import BenchmarkError, Progress
from benchmarks.paths import ROOT
from benchmarks.plan import Plan
from benchmarks.texts import SHORT_TEXTS
from windvane.bundle_store import open_bundle
from windvane.facts import DEFAULT_BUNDLE
from windvane.inference.classifier import Classifier

SAMPLE_SECONDS = 0.25
EARLY_SHARE = 0.1
"""Share of the output after which the memory is read for the first time."""


class ClassifyError(BenchmarkError):
    """``windvane classify`` failed; the message ends with what it printed."""


@dataclass(frozen=True)
class Timed:
    """Seconds by the clock, and of CPU in all threads."""

    clock: float
    cpu: float


@dataclass(frozen=True)
class CommandRun:
    """One run of the command.

    Attributes:
        early_mb: Resident memory after a tenth of the output; None without ``/proc``.
        last_mb: The last one that was read.
        peak_mb: The highest that the system saw by then.
    """

    time: Timed
    early_mb: float | None
    last_mb: float | None
    peak_mb: float | None


@dataclass(frozen=True, kw_only=True)
class ManyTextsFigures:
    """The command beside the core, on the same texts and as many threads.

    Attributes:
        core_per_second: Texts of the core by the clock, median of the rounds.
        command_per_second: Rows of the command, its start included.
        clock_ratio: The command's rows a second divided by the core's, median of the rounds.
        clock_spread: Its spread over the rounds.
        cpu_ratio: The core's CPU time divided by the command's.
        early_mb: Memory of the command after a tenth of its output, highest of the rounds.
        last_mb: Memory at its end.
        peak_mb: Its peak.
    """

    rows: int
    threads: int
    rounds: int
    core_per_second: float
    command_per_second: float
    clock_ratio: float
    clock_spread: float
    cpu_ratio: float
    early_mb: float | None
    last_mb: float | None
    peak_mb: float | None


def measure_many_texts(plan: Plan, folder: Path, progress: Progress) -> ManyTextsFigures:
    """Run the core on half of the texts, the command on all of them, the core on the other half.

    Raises:
        ClassifyError: The command failed.
    """
    texts = list(islice(cycle(SHORT_TEXTS), plan.many_rows))
    source = _write_csv(folder / "texts.csv", texts)
    cores: list[Timed] = []
    runs: list[CommandRun] = []
    with Classifier(open_bundle(str(DEFAULT_BUNDLE)), threads=plan.bulk_threads) as classifier:
        classifier.classify(texts[:100])
        for turn in range(plan.many_rounds):
            progress(f"{plan.many_rows:,} texts, round {turn + 1}: the bare core")
            first = _time_core(classifier, texts[: plan.many_rows // 2])
            progress(f"{plan.many_rows:,} texts, round {turn + 1}: windvane classify")
            runs.append(_run_command(source, folder / "out.csv", plan.bulk_threads))
            progress(f"{plan.many_rows:,} texts, round {turn + 1}: the bare core again")
            second = _time_core(classifier, texts[plan.many_rows // 2 :])
            cores.append(Timed(first.clock + second.clock, first.cpu + second.cpu))
    return summarize(plan, cores, runs)


def summarize(plan: Plan, cores: Sequence[Timed], runs: Sequence[CommandRun]) -> ManyTextsFigures:
    """Divide round by round, and take medians."""
    pairs = list(zip(cores, runs, strict=True))
    ratios = [core.clock / run.time.clock for core, run in pairs]
    return ManyTextsFigures(
        rows=plan.many_rows,
        threads=plan.bulk_threads,
        rounds=len(runs),
        core_per_second=plan.many_rows / statistics.median(core.clock for core in cores),
        command_per_second=plan.many_rows / statistics.median(run.time.clock for run in runs),
        clock_ratio=statistics.median(ratios),
        clock_spread=max(ratios) - min(ratios),
        cpu_ratio=statistics.median(core.cpu / run.time.cpu for core, run in pairs),
        early_mb=_highest([run.early_mb for run in runs]),
        last_mb=_highest([run.last_mb for run in runs]),
        peak_mb=_highest([run.peak_mb for run in runs]),
    )


def _highest(values: Sequence[float | None]) -> float | None:
    return max((value for value in values if value is not None), default=None)


def _write_csv(path: Path, texts: Sequence[str]) -> Path:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["text"])
        writer.writerows([text] for text in texts)
    return path


def _time_core(classifier: Classifier, texts: Sequence[str]) -> Timed:
    clock, cpu = time.perf_counter(), time.process_time()
    classifier.classify(texts)
    return Timed(time.perf_counter() - clock, time.process_time() - cpu)


def _run_command(source: Path, output: Path, threads: int) -> CommandRun:
    command = [sys.executable, "-m", "windvane.cli.main", "classify", "--input", str(source)]
    command += ["--output", str(output), "--threads", str(threads)]
    began, cpu = time.perf_counter(), _children_cpu()
    process = subprocess.Popen(  # noqa: S603 - our own module
        command, cwd=ROOT, env=build_environment(threads), stderr=subprocess.PIPE, text=True
    )
    with _MemorySampler(process.pid, output.with_name(f"{output.name}.partial")) as sampler:
        _, errors = process.communicate()
        clock = time.perf_counter() - began
    if process.returncode:
        raise ClassifyError(f"windvane classify failed: {errors.strip()[-300:]}")
    size = output.stat().st_size
    output.unlink()
    return sampler.summarize(Timed(clock, _children_cpu() - cpu), size)


def _children_cpu() -> float:
    times = os.times()
    return times.children_user + times.children_system


class _MemorySampler:
    """Reads the memory of a process, and the size of its output, until the block ends."""

    def __init__(self, pid: int, output: Path) -> None:
        self._pid = pid
        self._output = output
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._sample)
        self._samples: list[tuple[int, Memory]] = []

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_error: object) -> None:
        self._ended.set()
        self._thread.join()

    def summarize(self, time: Timed, output_bytes: int) -> CommandRun:
        """Find the memory after a tenth of the output and at the end, and the peak."""
        early = [memory for size, memory in self._samples if size >= EARLY_SHARE * output_bytes]
        memories = [memory for _, memory in self._samples]
        return CommandRun(
            time,
            early_mb=early[0].resident_mb if early else None,
            last_mb=memories[-1].resident_mb if memories else None,
            peak_mb=memories[-1].peak_mb if memories else None,
        )

    def _sample(self) -> None:
        while not self._ended.wait(SAMPLE_SECONDS):
            size = self._output.stat().st_size if self._output.exists() else 0
            if memory := read_memory(self._pid):
                self._samples.append((size, memory))
