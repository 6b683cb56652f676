"""``python -m benchmarks``: every peer in one run, side by side with Windvane."""

from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import click
from rich.console import Console

from benchmarks.command_line import Progress, run_with_status
from benchmarks.family_results import FamilyResults, StageRun, family_file, read_family, write_run
from benchmarks.paths import RESULTS_FOLDER
from benchmarks.peer_registry import PEERS, WINDVANE
from benchmarks.plan import FULL, QUICK, Plan
from benchmarks.quiet_machine import anyway_option, on_quiet_machine
from benchmarks.results_page import show_run, write_pages
from benchmarks.stage_runs import measure_file, measure_peers, measure_servers
from benchmarks.wrk import WrkError, read_wrk_version

LIBRARIES, SERVERS, MANY_TEXTS = "libraries", "servers", "many-texts"
STAGES = (LIBRARIES, SERVERS, MANY_TEXTS)
PEER_NAMES = [spec.name for spec in PEERS if spec.name != WINDVANE]


@dataclass(frozen=True, kw_only=True)
class Options:
    """Values of the command's options."""

    quick: bool
    stages: tuple[str, ...]
    only: tuple[str, ...]
    output: Path | None
    render: bool
    anyway: bool

    @property
    def plan(self) -> Plan:
        """How much is measured."""
        return QUICK if self.quick else FULL

    @property
    def folder(self) -> Path | None:
        """Where results are written; None if they are only printed."""
        if self.quick or self.only or self.anyway or self.render:
            return None
        return self.output or RESULTS_FOLDER


@click.command()
@click.option("--quick", is_flag=True, help="Few rounds; prints, and writes nothing.")
@click.option(
    "--stage", "stages", type=click.Choice(STAGES), multiple=True, help="Measure this stage alone."
)
@click.option(
    "--only",
    type=click.Choice(PEER_NAMES),
    multiple=True,
    help="Measure this library beside Windvane; may be repeated. Prints, and writes nothing.",
)
@click.option(
    "--output",
    type=click.Path(file_okay=False, path_type=Path),
    help="Folder for the results.  [default: benchmarks/results, and docs/benchmarks.md]",
)
@click.option("--render", is_flag=True, help="Measure nothing: write the pages from the results.")
@anyway_option
def main(**options: Any) -> None:  # noqa: ANN401 - click's options
    """Measure Windvane and its peers in one run, one process each, in turn.

    Keep the machine otherwise idle: a loaded one is refused. Each stage is written when it ends.
    """
    chosen = Options(**options)
    if not chosen.render:
        measure(chosen)
        return
    write_pages()
    click.echo("Written: docs/benchmarks.md, README.md", err=True)


def measure(options: Options) -> None:
    """Measure stage by stage, and print each; write it if the options do not forbid it.

    Raises:
        click.ClickException: The machine is loaded, or a measurement failed.
    """
    stages = options.stages or ((LIBRARIES,) if options.only else _choose_stages())
    for stage in stages:
        run = run_with_status(partial(run_stage, stage, options))
        show_run(run, Console())
        if options.folder:
            click.echo(f"Written: {write_run(run, options.folder)}", err=True)
            _plot(read_family(run.machine["family"], options.folder), options.folder)
            if not options.output:
                write_pages()


def run_stage(stage: str, options: Options, progress: Progress) -> StageRun:
    """Measure a stage on a quiet machine.

    Raises:
        BenchmarkError: The machine is loaded, or a measurement failed.
    """
    progress(f"{stage}: is the machine quiet?")
    with on_quiet_machine(stage, anyway=options.anyway):
        if stage == LIBRARIES:
            return measure_peers(options.plan, options.only or PEER_NAMES, progress)
        if stage == SERVERS:
            return measure_servers(options.plan, progress)
        return measure_file(options.plan, progress)


def _choose_stages() -> tuple[str, ...]:
    """Choose all stages; without wrk, all but the servers."""
    try:
        read_wrk_version()
    except WrkError as error:
        click.echo(f"The servers are left out. {error}", err=True)
        return tuple(stage for stage in STAGES if stage != SERVERS)
    return STAGES


def _plot(results: FamilyResults, folder: Path) -> None:
    from benchmarks.peer_plot import write_plot  # needs matplotlib

    write_plot(family_file(results.family, folder).with_suffix(".png"), results)


if __name__ == "__main__":
    main(prog_name="python -m benchmarks")
