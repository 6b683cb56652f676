"""``python -m benchmarks.load``: measures, checks, and writes ``docs/load.md``."""

from pathlib import Path

import click

from benchmarks.command_line import Progress, run_with_status, write_json
from benchmarks.load.load_results import RESULTS_FILE, LoadPlan, LoadResults
from benchmarks.load.load_runs import measure
from benchmarks.markdown_page import render_page
from benchmarks.paths import ROOT
from benchmarks.quiet_machine import anyway_option, on_quiet_machine
from windvane.facts import GATEWAY_TIMEOUT_SECONDS
from windvane.server.body_budget import FREE_BYTES, MAX_HELD_BYTES
from windvane.server.connections import HEADER_SECONDS, MAX_CONNECTIONS, STALLED_SECONDS
from windvane.server.process_end import SHUTDOWN_SECONDS
from windvane.server.request_reading import BODY_SECONDS

PAGE = ROOT / "docs" / "load.md"
QUICK = LoadPlan(capacity_seconds=2, overload_seconds=3, requests=640)


@click.command()
@click.option("--quick", is_flag=True, help="Less of everything; writes nothing by itself.")
@click.option(
    "--output",
    type=click.Path(file_okay=False, path_type=Path),
    help="Folder for load.json and load.md.  [default: benchmarks/results and docs]",
)
@anyway_option
def main(quick: bool, output: Path | None, anyway: bool) -> None:
    """Measure the local server under load. Keep the machine otherwise idle."""

    def run(progress: Progress) -> LoadResults:
        with on_quiet_machine("the load", anyway=anyway):
            return measure(QUICK if quick else LoadPlan(), progress)

    results = run_with_status(run)
    page = build_page(results)
    click.echo(page)
    if anyway or (quick and output is None):
        return
    json_path = output / "load.json" if output else RESULTS_FILE
    page_path = output / "load.md" if output else PAGE
    json_path.parent.mkdir(parents=True, exist_ok=True)
    write_json(json_path, results)
    page_path.write_text(page, encoding="utf-8")
    click.echo(f"Written: {json_path}, {page_path}", err=True)


def build_page(results: LoadResults) -> str:
    """Render ``docs/load.md``."""
    return render_page(
        "load/load.md.jinja",
        results=results,
        max_wait_seconds=GATEWAY_TIMEOUT_SECONDS,
        header_seconds=HEADER_SECONDS,
        body_seconds=BODY_SECONDS,
        max_connections=MAX_CONNECTIONS,
        stalled_seconds=STALLED_SECONDS,
        held_mb=MAX_HELD_BYTES // 1024**2,
        free_kb=FREE_BYTES // 1024,
        shutdown_seconds=SHUTDOWN_SECONDS,
    )


if __name__ == "__main__":
    main(prog_name="python -m benchmarks.load")
