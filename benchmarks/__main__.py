"""``python -m benchmarks``: every peer in one run, side by side with Windvane."""

from collections.abc import Collection
from pathlib import Path

import click
from rich.console import Console

from benchmarks.command_line import Progress, run_with_status
from benchmarks.machine import read_machine
from benchmarks.paths import RESULTS_FOLDER
from benchmarks.peer_models import prepare_folders
from benchmarks.peer_registry import PEERS, WINDVANE
from benchmarks.peer_results import Results, render_notes, write_results
from benchmarks.peer_stages import Stages
from benchmarks.peer_tables import build_peer_table, build_server_table
from benchmarks.plan import FULL, QUICK, Plan
from benchmarks.server_process import FLASK_SERVER, WINDVANE_SERVER
from benchmarks.server_stage import ServerStage
from benchmarks.table import to_rich

HTTP = "http"
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
    plan = QUICK if quick else FULL
    results = run_with_status(lambda progress: run(plan, only or CHOICES, progress))
    show(results, Console())
    if folder := output or (None if quick or only else RESULTS_FOLDER):
        write_results(folder, results)
        click.echo(f"Written: {folder}/bench.json, bench.md, bench.png", err=True)


def run(plan: Plan, names: Collection[str], progress: Progress) -> Results:
    """Prepare and measure.

    Args:
        plan: How much is measured.
        names: Peers, and ``http`` for the servers.
        progress: Called with a line at every step.

    Raises:
        PeerProcessError: A peer failed while it was measured.
        ServerStartError: A server did not start.
    """
    specs = [spec for spec in PEERS if spec.name in {WINDVANE, *names}]
    folders, failures = prepare_folders(specs, progress)
    stages = Stages(folders, plan, progress)
    stages.measure_sizes()
    for threads in plan.latency_threads:
        stages.measure_latency(threads)
    stages.choose_settings()
    stages.measure_bulk()
    stages.measure_start()
    servers = ServerStage((WINDVANE_SERVER, FLASK_SERVER) if HTTP in names else (), plan, progress)
    servers.measure()
    return Results(
        machine=read_machine(),
        plan=plan,
        peers=stages.figures,
        servers=servers.figures,
        failures=failures,
    )


def show(results: Results, console: Console) -> None:
    """Print the tables and the notes."""
    console.print(to_rich(build_peer_table(list(results.peers.values()))))
    if results.servers:
        console.print(to_rich(build_server_table(list(results.servers.values()))))
    console.print(render_notes(results), highlight=False, markup=False)


if __name__ == "__main__":
    main(prog_name="python -m benchmarks")
