"""``python -m benchmarks.cold_start.tree_comparison TREE``: starts of two trees, in turn."""

import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from statistics import median, quantiles

import click
from rich.console import Console

from benchmarks.child_process import read_cpu_ms
from benchmarks.cold_start.cold_start import EVENT
from benchmarks.cold_start.fake_aws import serve_aws
from benchmarks.cold_start.variants import Variant, build_floor, build_windvane
from benchmarks.command_line import Progress, run_with_status
from benchmarks.lambda_function import invoke, prepare_runtime
from benchmarks.paths import ROOT
from benchmarks.server_process import WINDVANE_SERVER, start_server
from benchmarks.table import Cell, Table, show_number, to_rich
from tests.e2e.emulator import LambdaRuntime, list_descendants, run_function

BUNDLE = Path("models", "sentiment-minilm", "bundle")
BUILD = "from benchmarks.lambda_function import unzip_package; print(unzip_package())"
SERVER_THREADS = 2
FLOOR, FUNCTION, SERVER = "function's floor", "function", "windvane serve"
HEADERS = ["", "base, ms", "here, ms", "ratio (quartiles)", "base, CPU ms", "here, CPU ms", "ratio"]
WIDTH = 132


@dataclass(frozen=True, kw_only=True)
class Tree:
    """A checkout, and what its function needs.

    Attributes:
        root: Its folder.
        variants: The floor and the function, by title.
        environ: The function's environment.
    """

    root: Path
    variants: Mapping[str, Variant]
    environ: Mapping[str, str]


@dataclass(frozen=True)
class Start:
    """One start, until its first response.

    Attributes:
        wall_ms: Elapsed time.
        cpu_ms: CPU time of the process.
    """

    wall_ms: float
    cpu_ms: float


Round = Mapping[str, Start]
"""A start of each kind, of one tree."""


@click.command()
@click.argument("base", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option("--rounds", type=click.IntRange(2), default=15, show_default=True)
def main(base: Path, rounds: int) -> None:
    """Compare the starts of this tree with those of BASE, another checkout of this repository.

    Both run in turn, with the packages of this environment. A ratio is the median of the ratios of
    all rounds, with their quartiles; below 1 this tree takes less.
    """
    pairs = run_with_status(lambda progress: run(base.resolve(), rounds, progress))
    Console(width=WIDTH).print(to_rich(build_table(pairs)))


def run(base: Path, rounds: int, progress: Progress) -> list[tuple[Round, Round]]:
    """Measure both trees, round after round; a first one, which fills caches, does not count.

    Returns:
        For each round the starts of the base, and those of this tree.

    Raises:
        FunctionError: A function did not respond with 200.
        ServerStartError: A server did not start.
    """
    roots = (base, ROOT)
    progress("building the packages")
    packages = [_build_package(root) for root in roots]
    pairs = []
    with (
        tempfile.TemporaryDirectory() as folder,
        serve_aws(*(root / BUNDLE for root in roots)) as environs,
    ):
        runtime = prepare_runtime(Path(folder))
        copies = [f"{folder}/floor-{which}" for which in range(len(roots))]
        trees = [
            Tree(root=root, variants=_build_variants(root, package, Path(copy)), environ=environ)
            for root, package, copy, environ in zip(roots, packages, copies, environs, strict=True)
        ]
        for turn in range(rounds + 1):
            progress(f"round {turn} of {rounds}")
            order = trees if turn % 2 else trees[::-1]
            measured = {tree.root: _measure(tree, runtime) for tree in order}
            pairs.append((measured[base], measured[ROOT]))
    return pairs[1:]


def build_table(pairs: Sequence[tuple[Round, Round]]) -> Table:
    """Build the table of medians and ratios."""
    rows = [
        [
            title,
            *_compare([(base[title].wall_ms, here[title].wall_ms) for base, here in pairs]),
            *_compare([(base[title].cpu_ms, here[title].cpu_ms) for base, here in pairs]),
        ]
        for title in pairs[0][0]
    ]
    own_floors = [(_divide(base, base), _divide(here, here)) for base, here in pairs]
    rows.append(["function, times its floor", *_compare(own_floors), "", "", ""])
    # A floor is of its tree's package: what makes both lighter lowers only this multiple.
    one_floor = [(_divide(base, base), _divide(here, base)) for base, here in pairs]
    rows.append(["function, times the base's floor", *_compare(one_floor), "", "", ""])
    return Table(HEADERS, [[Cell(text) for text in row] for row in rows])


def _build_package(root: Path) -> Path:
    """Build the package of a tree's function with the tree's own code."""
    run = subprocess.run(  # noqa: S603 - a checkout that the caller names
        [sys.executable, "-c", BUILD], cwd=root, check=True, stdout=subprocess.PIPE, text=True
    )
    return Path(run.stdout.splitlines()[-1])


def _build_variants(root: Path, package: Path, copy: Path) -> dict[str, Variant]:
    floor = build_floor(package, root / BUNDLE / "model.onnx", copy)
    return {FLOOR: floor, FUNCTION: build_windvane(package)}


def _measure(tree: Tree, runtime: LambdaRuntime) -> Round:
    starts = {
        title: _start_function(variant, tree.environ, runtime)
        for title, variant in tree.variants.items()
    }
    return {**starts, SERVER: _start_server(tree.root)}


def _start_function(variant: Variant, environ: Mapping[str, str], runtime: LambdaRuntime) -> Start:
    paths = {"PYTHONPATH": ":".join(map(str, variant.paths))}
    with (
        tempfile.TemporaryDirectory() as scratch,
        run_function(
            variant.package,
            {**environ, **variant.environ, **paths},
            replace(runtime, handler=variant.handler),
            Path(scratch),
        ) as function,
    ):
        started = time.perf_counter()
        invoke(function, EVENT)
        wall_ms = (time.perf_counter() - started) * 1e3
        cpu_ms = sum(map(read_cpu_ms, list_descendants(function.process.pid)))
        return Start(wall_ms, cpu_ms)


def _start_server(root: Path) -> Start:
    """Start ``windvane serve`` with its result log, and send it a text."""
    with tempfile.TemporaryDirectory() as folder:
        environ = {"WINDVANE_RESULT_LOG_URI": f"sqlite:///{folder}/results.db"}
        with start_server(
            replace(WINDVANE_SERVER, folder=root), threads=SERVER_THREADS, environ=environ
        ) as server:
            return Start(server.start_ms, read_cpu_ms(server.pid))


def _divide(starts: Round, of_floor: Round) -> float:
    return starts[FUNCTION].wall_ms / of_floor[FLOOR].wall_ms


def _compare(pairs: Sequence[tuple[float, float]]) -> tuple[str, str, str]:
    """Show the medians of both, and of their ratios with the quartiles."""
    base, here = (median(values) for values in zip(*pairs, strict=True))
    low, middle, high = quantiles([after / before for before, after in pairs], n=4)
    return show_number(base), show_number(here), f"{middle:.3f} ({low:.3f} to {high:.3f})"


if __name__ == "__main__":
    main(prog_name="python -m benchmarks.cold_start.tree_comparison")
