"""``python -m benchmarks``: every peer in one run, side by side with Windvane."""

from collections.abc import Callable, Collection
from pathlib import Path

import click
from rich.console import Console

from benchmarks.machine import read_machine
from benchmarks.models import prepare_folders
from benchmarks.plan import FULL, QUICK, Plan
from benchmarks.processes import ROOT, PeerProcessError
from benchmarks.registry import PEERS, WINDVANE
from benchmarks.results import Results, write_results
from benchmarks.servers import FLASK_SERVER, WINDVANE_SERVER, ServerStage
from benchmarks.stages import Stages
from benchmarks.table import build_peer_table, build_server_table, to_rich

HTTP = "http"
RESULTS_FOLDER = ROOT / "benchmarks" / "results"
CHOICES = [spec.name for spec in PEERS if spec.name != WINDVANE] + [HTTP]


@click.command()
@click.option("--quick", is_flag=True, help="About a minute: fewer rounds, fewer settings tried.")
@click.option(
    "--only",
    type=click.Choice(CHOICES),
    multiple=True,
    help="Measure this peer beside Windvane; may be repeated.",
)
@click.option(
    "--output",
    type=click.Path(file_okay=False, path_type=Path),
    help="Folder for bench.json, bench.md and bench.png.  "
    "[default: benchmarks/results for a full run, nowhere with --quick or --only]",
)
def main(quick: bool, only: tuple[str, ...], output: Path | None) -> None:
    """Measure Windvane and its peers in one run, one process each, in turn.

    Keep the machine otherwise idle: every peer suffers from other work, but not all alike.
    """
    console = Console(stderr=True)
    try:
        with console.status("starting") as status:
            results = run(QUICK if quick else FULL, only or CHOICES, status.update)
    except PeerProcessError as error:
        raise click.ClickException(str(error)) from error
    show(results, Console())
    if folder := output or (None if quick or only else RESULTS_FOLDER):
        write_results(folder, results)
        console.print(f"Written: {folder}/bench.json, bench.md, bench.png")


def run(plan: Plan, names: Collection[str], tell: Callable[[str], None]) -> Results:
    """Prepare and measure.

    Args:
        plan: How much is measured.
        names: Peers, and ``http`` for the servers.
        tell: Gets a line at every step.

    Raises:
        PeerProcessError: A peer failed while it was measured.
    """
    specs = [spec for spec in PEERS if spec.name in {WINDVANE, *names}]
    folders, failures = prepare_folders(specs, tell)
    stages = Stages(folders, plan, tell)
    stages.measure_sizes()
    for threads in plan.latency_threads:
        stages.measure_latency(threads)
    stages.choose_settings()
    stages.measure_bulk()
    stages.measure_start()
    servers = ServerStage((WINDVANE_SERVER, FLASK_SERVER) if HTTP in names else (), plan, tell)
    servers.measure()
    return Results(
        machine=read_machine(),
        plan=plan,
        peers=stages.figures,
        servers=servers.figures,
        failures=failures,
    )


def show(results: Results, console: Console) -> None:
    """Print the tables and how they came about."""
    console.print(to_rich(build_peer_table(list(results.peers.values()))))
    if results.servers:
        console.print(to_rich(build_server_table(list(results.servers.values()))))
    for note in results.notes:
        console.print(note, highlight=False, markup=False)


if __name__ == "__main__":
    main(prog_name="python -m benchmarks")
