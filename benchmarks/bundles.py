"""``python -m benchmarks.bundles A B``: the run time of one bundle's graph beside another's."""

import os
import statistics
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import click
from rich.console import Console

from benchmarks.machine import caption, read_machine
from benchmarks.table import Cell, Table, to_rich
from windvane.inference.bundle_files import MODEL_FILE
from windvane.inference.manifest import read_manifest
from windvane.inference.onnx_session import OnnxSession

LENGTHS = (20, 64, 128, 256)
"""Tokens of a text."""
ROUND_SECONDS = 0.02
"""CPU time of one bundle in one round: other work disturbs short rounds of both alike."""
MAX_LOAD = 0.3
"""Runnable processes a core, over the last minute, above which the machine counts as loaded."""


@dataclass(frozen=True)
class Comparison:
    """CPU time of one run of each graph on the same text, in milliseconds.

    Attributes:
        tokens: Length of the text.
        first_ms: Of the first bundle, one for each round.
        second_ms: Of the second bundle, in the same rounds.
    """

    tokens: int
    first_ms: list[float]
    second_ms: list[float]

    @property
    def ratios(self) -> list[float]:
        """The second's time as a part of the first's, by round, in ascending order."""
        return sorted(b / a for a, b in zip(self.first_ms, self.second_ms, strict=True))


def compare(
    first: OnnxSession, second: OnnxSession, input_ids: list[int], rounds: int
) -> Comparison:
    """Run both graphs on one text in turn; who begins changes from round to round."""
    sessions = (first, second)
    runs = max(1, round(ROUND_SECONDS / _time_runs(first, input_ids, runs=3)))
    _time_runs(second, input_ids, runs=3)
    times: tuple[list[float], list[float]] = ([], [])
    for number in range(rounds):
        for side in (0, 1) if number % 2 else (1, 0):
            times[side].append(1000 * _time_runs(sessions[side], input_ids, runs=runs))
    return Comparison(len(input_ids), *times)


def _time_runs(session: OnnxSession, input_ids: list[int], *, runs: int) -> float:
    """Measure the mean CPU seconds of a run on this thread, the only one that computes."""
    started = time.thread_time()
    for _ in range(runs):
        session.run(input_ids)
    return (time.thread_time() - started) / runs


def build_table(comparisons: Sequence[Comparison]) -> Table:
    """Show the medians, and the ratio with its quartiles over the rounds."""
    headers = ["tokens", "A, ms", "B, ms", "B / A", "quartiles", "rounds"]
    return Table(headers, [_build_row(each) for each in comparisons])


def _build_row(comparison: Comparison) -> list[Cell]:
    lower, middle, upper = statistics.quantiles(comparison.ratios, n=4, method="inclusive")
    return [
        Cell(str(comparison.tokens)),
        Cell(f"{statistics.median(comparison.first_ms):.3f}"),
        Cell(f"{statistics.median(comparison.second_ms):.3f}"),
        Cell(f"{middle:.3f}", best=True),
        Cell(f"{lower:.3f} to {upper:.3f}"),
        Cell(str(len(comparison.ratios))),
    ]


@click.command()
@click.argument("bundles", nargs=2, type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option("--rounds", type=click.IntRange(min=4), default=100, show_default=True)
@click.option(
    "--tokens", type=click.IntRange(min=3), multiple=True, default=LENGTHS, show_default=True
)
def main(bundles: tuple[Path, Path], rounds: int, tokens: tuple[int, ...]) -> None:
    """Compare the run times of two bundles' graphs, A and B, in one process on one thread.

    CPU time is measured, in rounds that alternate. On a loaded machine the ratios are printed with
    a warning: they are no figures to publish.
    """
    load = os.getloadavg()[0] / (os.cpu_count() or 1)
    manifests = [read_manifest(bundle) for bundle in bundles]
    longest = min(manifest.max_tokens for manifest in manifests)
    if max(tokens) > longest:
        raise click.BadParameter(f"A bundle reads at most {longest} tokens.", param_hint="--tokens")
    vocabulary = min(manifest.vocabulary_size or 2 for manifest in manifests)
    first, second = (OnnxSession(bundle / MODEL_FILE) for bundle in bundles)
    comparisons = [
        compare(first, second, [i * 7919 % vocabulary for i in range(1, count + 1)], rounds)
        for count in tokens
    ]
    console = Console()
    console.print(to_rich(build_table(comparisons)))
    console.print(caption(read_machine()), highlight=False)
    if load > MAX_LOAD:
        click.echo(
            f"This machine is loaded ({load:.1f} processes a core): do not publish these figures.",
            err=True,
        )


if __name__ == "__main__":
    main(prog_name="python -m benchmarks.bundles")
