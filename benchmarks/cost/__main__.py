"""``python -m benchmarks.cost``: measures, bills, and writes ``docs/cost.md``."""

from collections.abc import Callable
from pathlib import Path

import click
import msgspec
from rich.console import Console

from benchmarks.cost.cpu_share import CpuShareError
from benchmarks.cost.function_process import FunctionError
from benchmarks.cost.inputs import Assumptions, Stack
from benchmarks.cost.measure import measure
from benchmarks.cost.page import build_page
from benchmarks.cost.prices import load_prices
from benchmarks.cost.results import (
    RESULTS_FILE,
    Results,
    read_server_rate,
    read_with_prices,
    write_results,
)
from benchmarks.cost.tables import build_million_table
from benchmarks.cost.workload import MEMORIES_MB
from benchmarks.machine import read_machine
from benchmarks.processes import ROOT
from benchmarks.table import to_rich

PAGE = ROOT / "docs" / "cost.md"
SECONDS = 1.5


@click.command()
@click.option(
    "--render", is_flag=True, help="Measure nothing: bill the last figures by today's inputs."
)
@click.option(
    "--seconds", type=float, default=SECONDS, show_default=True, help="For each kind of request."
)
@click.option(
    "--output",
    type=click.Path(file_okay=False, path_type=Path),
    help="Folder for cost.json, cost.png and cost.md.  [default: benchmarks/results and docs]",
)
def main(render: bool, seconds: float, output: Path | None) -> None:
    """Compute what a million texts cost. Keep the machine otherwise idle."""
    console = Console(stderr=True)
    try:
        with console.status("starting") as status:
            results = bill_anew() if render else run(seconds, status.update)
    except (CpuShareError, FunctionError) as error:
        raise click.ClickException(str(error)) from error
    Console().print(to_rich(build_million_table(results)))
    json_path = output / "cost.json" if output else RESULTS_FILE
    page_path = output / "cost.md" if output else PAGE
    write_all(results, json_path, page_path)
    console.print(f"Written: {json_path}, {json_path.with_suffix('.png')}, {page_path}")


def run(seconds: float, tell: Callable[[str], None]) -> Results:
    """Measure.

    Raises:
        CpuShareError: This machine cannot limit the function.
        FunctionError: The function did not start or answer.
    """
    assumptions = Assumptions()
    return Results(
        machine=read_machine(),
        prices=load_prices(),
        stack=Stack(),
        assumptions=assumptions,
        server_texts_per_vcpu_second=read_server_rate(),
        measured=measure(MEMORIES_MB, seconds, assumptions, tell),
    )


def bill_anew() -> Results:
    """Bill the last figures by the inputs of today; waiting for DynamoDB stays as measured."""
    results = read_with_prices(load_prices())
    waited = {
        name: getattr(results.assumptions, name)
        for name in ("table_wait_ms", "table_wait_ms_per_record")
    }
    return msgspec.structs.replace(
        results,
        stack=Stack(),
        assumptions=Assumptions(**waited),
        server_texts_per_vcpu_second=read_server_rate(),
    )


def write_all(results: Results, json_path: Path, page_path: Path) -> None:
    """Write the figures, the plot and the page."""
    from benchmarks.cost.plot import write_plot  # matplotlib is of no use to the rest

    for path in (json_path, page_path):
        path.parent.mkdir(parents=True, exist_ok=True)
    write_results(results, json_path)
    write_plot(json_path.with_suffix(".png"), results)
    page_path.write_text(build_page(results), encoding="utf-8")


if __name__ == "__main__":
    main(prog_name="python -m benchmarks.cost")
