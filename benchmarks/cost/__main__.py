"""``python -m benchmarks.cost``: measures, bills, and writes ``docs/cost.md``."""

from pathlib import Path

import click
from rich.console import Console

from benchmarks.command_line import Progress, run_with_status, write_json
from benchmarks.cost.cost_page import build_page
from benchmarks.cost.cost_results import RESULTS_FILE, CostRun, add_inputs, read_run
from benchmarks.cost.cost_tables import build_million_table
from benchmarks.cost.request_figures import measure
from benchmarks.machine import read_machine
from benchmarks.paths import ROOT
from benchmarks.quiet_machine import anyway_option, on_quiet_machine
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
@anyway_option
def main(render: bool, seconds: float, output: Path | None, anyway: bool) -> None:
    """Compute what a million texts cost. Keep the machine otherwise idle."""

    def measure_quiet(progress: Progress) -> CostRun:
        with on_quiet_machine("the cost", anyway=anyway):
            return measure_run(seconds, progress)

    run = read_run() if render else run_with_status(measure_quiet)
    Console().print(to_rich(build_million_table(add_inputs(run))))
    if anyway and not render:
        return
    json_path = output / "cost.json" if output else RESULTS_FILE
    page_path = output / "cost.md" if output else PAGE
    write_all(run, json_path, page_path)
    plot_path = json_path.with_suffix(".png")
    click.echo(f"Written: {json_path}, {plot_path}, {page_path}", err=True)


def measure_run(seconds: float, progress: Progress) -> CostRun:
    """Measure.

    Raises:
        CpuShareError: This machine cannot limit the function's CPU.
        FunctionError: The function did not respond with 200.
    """
    return CostRun(machine=read_machine(), measured=measure(seconds, progress))


def write_all(run: CostRun, json_path: Path, page_path: Path) -> None:
    """Write the figures, the plot and the page."""
    from benchmarks.cost.cost_plot import write_plot  # needs matplotlib

    for path in (json_path, page_path):
        path.parent.mkdir(parents=True, exist_ok=True)
    results = add_inputs(run)
    write_json(json_path, run)
    write_plot(json_path.with_suffix(".png"), results)
    page_path.write_text(build_page(results), encoding="utf-8")


if __name__ == "__main__":
    main(prog_name="python -m benchmarks.cost")
