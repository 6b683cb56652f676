"""``python -m benchmarks.cold_start.import_times``: what the package costs at import, by part."""

import json
import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from statistics import median

import click
from rich.console import Console

from benchmarks.command_line import Progress, run_with_status
from benchmarks.lambda_function import unzip_package
from benchmarks.table import Cell, Table, show_number, to_rich
from windvane.model_opening import ONE_BLAS_THREAD

PARTS: Mapping[str, tuple[str, ...]] = {
    "Python, and its modules that AWS's runtime imports": (
        *("concurrent.futures.thread", "decimal", "importlib.util", "json", "logging"),
        *("re", "socket", "threading", "functions"),
    ),
    "numpy": ("numpy",),
    "onnxruntime": ("onnxruntime",),
    "tokenizers": ("tokenizers",),
    "msgspec": ("msgspec",),
    "aws_lambda_powertools": (
        "aws_lambda_powertools.logging.logger",
        "aws_lambda_powertools.metrics.metrics",
        "aws_lambda_powertools.event_handler.api_gateway",
    ),
    "windvane": (
        *("windvane.bundle_download", "windvane.inference.classifier"),
        *("windvane.result_log.dynamodb.dynamodb_log", "functions.classify_api.lambda_app"),
    ),
}
"""Modules by part, in the order of their import: a part is not charged with what one before it
needs."""

SCRIPT = """
import gc, importlib, json, os, sys, time
gc.disable()
times, before = {}, 0.0
for part, modules in json.loads(sys.argv[1]).items():
    for module in modules:
        importlib.import_module(module)
    now = time.process_time() * 1e3
    times[part], before = now - before, now
print(json.dumps(times))
"""


@click.command()
@click.option("--rounds", type=click.IntRange(1), default=15, show_default=True)
def main(rounds: int) -> None:
    """Measure the CPU time of the imports of the function, in a new process each round."""
    table = run_with_status(lambda progress: run(rounds, progress))
    Console().print(to_rich(table))


def run(rounds: int, progress: Progress) -> Table:
    """Build the package and measure it; a first round, which fills caches, does not count."""
    progress("building the package")
    package = unzip_package()
    times = []
    for turn in range(rounds + 1):
        progress(f"round {turn} of {rounds}")
        times.append(measure_imports(package, PARTS))
    sizes = {part: _measure_mb(package / part) for part in PARTS if (package / part).is_dir()}
    return build_table(times[1:], sizes)


def measure_imports(package: Path, parts: Mapping[str, Sequence[str]]) -> dict[str, float]:
    """Import modules part by part in a new process.

    Returns:
        CPU time of each part in milliseconds; the first has the start of Python too.
    """
    environ = {**os.environ, "PYTHONPATH": str(package), ONE_BLAS_THREAD[0]: ONE_BLAS_THREAD[1]}
    process = subprocess.run(  # noqa: S603 - our own script
        [sys.executable, "-S", "-c", SCRIPT, json.dumps(parts)],
        cwd=package,
        env=environ,
        check=True,
        stdout=subprocess.PIPE,
        text=True,
    )
    times: dict[str, float] = json.loads(process.stdout)
    return times


def build_table(times: Sequence[Mapping[str, float]], sizes: Mapping[str, float]) -> Table:
    """Build the table of medians, with the unpacked size of each part in MB."""
    medians = {part: median(each[part] for each in times) for part in times[0]}
    total = sum(medians.values())
    rows = [
        [part, show_number(cpu_ms), f"{cpu_ms / total:.0%}", show_number(sizes.get(part))]
        for part, cpu_ms in medians.items()
    ]
    headers = ["", "CPU ms", "share", "MB"]
    return Table(headers, [[Cell(text) for text in row] for row in rows])


def _measure_mb(folder: Path) -> float:
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file()) / 1e6


if __name__ == "__main__":
    main(prog_name="python -m benchmarks.cold_start.import_times")
