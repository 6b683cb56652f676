"""``python -m benchmarks.cold_start``: cold starts beside a bare floor, in one run, in turn."""

import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path

import click
from rich.console import Console

from benchmarks.cold_start.cold_start import drop_page_cache, measure_start, take_medians
from benchmarks.cold_start.cold_start_results import (
    COLD_FOLDER,
    ColdResults,
    ColdStart,
    build_table,
    write_cold_results,
)
from benchmarks.cold_start.fake_aws import serve_aws
from benchmarks.cold_start.variants import Variant, build_variants
from benchmarks.command_line import Progress, run_with_status
from benchmarks.lambda_function import prepare_runtime, unzip_package
from benchmarks.machine import read_machine
from benchmarks.quiet_machine import anyway_option, on_quiet_machine
from benchmarks.results_page import write_pages
from benchmarks.server_process import FLASK_SERVER, start_server
from benchmarks.table import to_rich
from windvane.facts import DEFAULT_BUNDLE

Measure = Callable[[Variant, str], ColdStart]
"""Starts a variant once; the second argument names the round."""


@click.command()
@click.option("--rounds", type=click.IntRange(1), default=15, show_default=True)
@click.option("--without-flask", is_flag=True, help="Leave out the pipeline, which needs torch.")
@click.option(
    "--output",
    type=click.Path(file_okay=False, path_type=Path),
    help="Folder for the results.  [default: benchmarks/results/cold, and docs/benchmarks.md]",
)
@anyway_option
def main(rounds: int, without_flask: bool, output: Path | None, anyway: bool) -> None:
    """Measure cold starts. Keep the machine otherwise idle."""

    def measure(progress: Progress) -> ColdResults:
        with on_quiet_machine("cold starts", anyway=anyway):
            return run(rounds, without_flask, progress)

    results = run_with_status(measure)
    Console().print(to_rich(build_table(results)))
    if anyway:
        return
    path = write_cold_results(results, output or COLD_FOLDER)
    if output is None:
        write_pages()
    click.echo(f"Written: {path}", err=True)


def run(rounds: int, without_flask: bool, progress: Progress) -> ColdResults:
    """Measure every variant in turn, round after round.

    Raises:
        FunctionError: A variant did not respond with 200.
        ServerStartError: The Flask app did not start.
    """
    progress("building the package")
    package = unzip_package()
    with tempfile.TemporaryDirectory() as folder, serve_aws(DEFAULT_BUNDLE) as [environ]:
        scratch = Path(folder)
        runtime = prepare_runtime(scratch)

        def measure(variant: Variant, name: str) -> ColdStart:
            progress(f"{variant.title}: {name}")
            return measure_start(variant, environ, runtime, scratch / f"{variant.title}-{name}")

        variants = build_variants(package, DEFAULT_BUNDLE / "model.onnx", scratch)
        for variant in variants:
            measure(variant, "first start")
        return ColdResults(
            machine=read_machine(),
            rounds=rounds,
            warm=measure_rounds(variants, rounds, measure),
            # From disk: the floor and Windvane only, a third as often.
            cold=measure_from_disk(variants[:2], -(-rounds // 3), measure),
            flask_ms=None if without_flask else measure_flask(progress),
        )


def measure_rounds(
    variants: Sequence[Variant], rounds: int, measure: Measure
) -> dict[str, ColdStart]:
    """Start all variants in turn; returns medians by title."""
    starts: dict[str, list[ColdStart]] = {variant.title: [] for variant in variants}
    for turn in range(rounds):
        for variant in variants:
            starts[variant.title].append(measure(variant, f"round {turn + 1}"))
    return {title: take_medians(measured) for title, measured in starts.items()}


def measure_from_disk(
    variants: Sequence[Variant], rounds: int, measure: Measure
) -> dict[str, ColdStart]:
    """Like `measure_rounds`, with the page cache dropped; empty where it cannot be."""
    if not drop_page_cache():
        return {}

    def measure_cold(variant: Variant, name: str) -> ColdStart:
        drop_page_cache()
        return measure(variant, f"from disk, {name}")

    return measure_rounds(variants, rounds, measure_cold)


def measure_flask(progress: Progress) -> float:
    """Start the tutorials' app twice, since the first start writes its byte-code."""
    progress(FLASK_SERVER.title)
    with start_server(FLASK_SERVER, threads=1):
        pass
    with start_server(FLASK_SERVER, threads=1) as server:
        return server.start_ms


if __name__ == "__main__":
    main(prog_name="python -m benchmarks.cold_start")
