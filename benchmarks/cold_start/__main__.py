"""``python -m benchmarks.cold_start``: cold starts beside a bare floor, in one run, in turn."""

import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import click
from rich.console import Console

from benchmarks.cold_start.measure import (
    ColdStart,
    ColdStartError,
    drop_page_cache,
    measure_start,
    take_medians,
)
from benchmarks.cold_start.results import Results, build_table, write_results
from benchmarks.cold_start.variants import Variant, build_variants
from benchmarks.machine import read_machine
from benchmarks.processes import ROOT, PeerProcessError
from benchmarks.servers import FLASK_SERVER, start_server
from benchmarks.table import to_rich
from infra.function_package import build_function_package, target_this_machine
from infra.package_zip import unzip_beside
from tests.e2e.emulator import LambdaRuntime
from tests.e2e.runtime_folder import copy_emulator, copy_runtime
from tests.moto_server import serve_moto
from windvane.facts import DEFAULT_BUNDLE, MEMORY_MB_PER_VCPU

RESULTS_FOLDER = ROOT / "benchmarks" / "results"

Tell = Callable[[str], None]


@click.command()
@click.option("--rounds", type=click.IntRange(1), default=15, show_default=True)
@click.option("--without-flask", is_flag=True, help="Leave out the pipeline, which needs torch.")
@click.option(
    "--output",
    type=click.Path(file_okay=False, path_type=Path),
    default=RESULTS_FOLDER,
    help="Folder for cold.json and cold.md.  [default: benchmarks/results]",
)
def main(rounds: int, without_flask: bool, output: Path) -> None:
    """Measure cold starts. Keep the machine otherwise idle."""
    console = Console(stderr=True)
    try:
        with console.status("building the package") as status:
            results = run(rounds, without_flask, status.update)
    except (ColdStartError, PeerProcessError) as error:
        raise click.ClickException(str(error)) from error
    Console().print(to_rich(build_table(results)))
    write_results(output, results)
    console.print(f"Written: {output}/cold.json, cold.md")


def run(rounds: int, without_flask: bool, tell: Tell) -> Results:
    """Measure every variant in turn, round after round.

    Raises:
        ColdStartError: A variant did not answer.
        PeerProcessError: The Flask app did not start.
    """
    package = unzip_beside(build_function_package(target_this_machine()))
    with tempfile.TemporaryDirectory() as folder, serve_moto() as moto, serve_files() as files:
        scratch = Path(folder)
        client = LambdaRuntime(copy_emulator(scratch), copy_runtime(scratch / "client"), "")
        environ = {
            **moto.environ,
            "AWS_ENDPOINT_URL_S3": files,
            "AWS_DEFAULT_REGION": moto.environ["AWS_REGION"],
            "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": str(MEMORY_MB_PER_VCPU),
            "AWS_LAMBDA_FUNCTION_NAME": "windvane-bench",
            "WINDVANE_BUNDLE_URI": "s3://bench/bundles/bench/",
            "WINDVANE_RESULT_LOG_URI": f"dynamodb://{moto.make_result_table()}",
        }
        variants = build_variants(package, DEFAULT_BUNDLE / "model.onnx", scratch)

        def measure(variant: Variant, name: str) -> ColdStart:
            tell(f"{variant.title}: {name}")
            return measure_start(variant, environ, client, scratch / f"{variant.title}-{name}")

        return Results(
            machine=read_machine(),
            rounds=rounds,
            warm=measure_warm(variants, rounds, measure),
            cold=measure_cold(variants, rounds, measure),
            flask_ms=None if without_flask else measure_flask(tell),
        )


def measure_warm(
    variants: list[Variant], rounds: int, measure: Callable[[Variant, str], ColdStart]
) -> dict[str, ColdStart]:
    """Start each variant once unmeasured, then all of them in turn."""
    for variant in variants:
        measure(variant, "first start")
    starts: dict[str, list[ColdStart]] = {variant.title: [] for variant in variants}
    for turn in range(rounds):
        for variant in variants:
            starts[variant.title].append(measure(variant, f"round {turn + 1}"))
    return {title: take_medians(measured) for title, measured in starts.items()}


def measure_cold(
    variants: list[Variant], rounds: int, measure: Callable[[Variant, str], ColdStart]
) -> dict[str, ColdStart]:
    """Start the floor and Windvane from disk, a third as often; nothing where that cannot be."""
    compared = variants[:2]
    starts: dict[str, list[ColdStart]] = {variant.title: [] for variant in compared}
    for turn in range(-(-rounds // 3)):
        for variant in compared:
            if not drop_page_cache():
                return {}
            starts[variant.title].append(measure(variant, f"from disk {turn + 1}"))
    return {title: take_medians(measured) for title, measured in starts.items()}


def measure_flask(tell: Tell) -> float:
    """Start the tutorials' app twice; the second time its byte-code is there."""
    tell("Flask + transformers")
    with start_server(FLASK_SERVER, 1):
        pass
    with start_server(FLASK_SERVER, 1) as server:
        return server.start_ms


@contextmanager
def serve_files() -> Iterator[str]:
    """Serve the shipped bundle's files by a process of its own; gives the address."""
    command = [sys.executable, "-m", "benchmarks.cold_start.file_server", str(DEFAULT_BUNDLE)]
    server = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)  # noqa: S603 - ours
    try:
        if server.stdout is None:
            raise ColdStartError("The file server said nothing.")
        yield f"http://127.0.0.1:{server.stdout.readline().strip()}"
    finally:
        server.kill()
        server.wait()


if __name__ == "__main__":
    main()
