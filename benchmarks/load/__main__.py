"""``python -m benchmarks.load``: measures, checks, and writes ``docs/load.md``."""

from pathlib import Path

import click
from rich.console import Console

from benchmarks.load.measure import LoadError, check, measure
from benchmarks.load.page import build_page
from benchmarks.load.results import RESULTS_FILE, LoadPlan, write_results
from benchmarks.processes import ROOT, PeerProcessError

PAGE = ROOT / "docs" / "load.md"
QUICK = LoadPlan(capacity_seconds=2, overload_seconds=3, requests=640)


@click.command()
@click.option("--quick", is_flag=True, help="Less of everything; writes nothing by itself.")
@click.option(
    "--output",
    type=click.Path(file_okay=False, path_type=Path),
    help="Folder for load.json and load.md.  [default: benchmarks/results and docs]",
)
def main(quick: bool, output: Path | None) -> None:
    """Measure the local server under load. Keep the machine otherwise idle."""
    console = Console(stderr=True)
    try:
        with console.status("starting") as status:
            results = measure(QUICK if quick else LoadPlan(), status.update)
        check(results)
    except (LoadError, PeerProcessError) as error:
        raise click.ClickException(str(error)) from error
    page = build_page(results)
    click.echo(page)
    if quick and output is None:
        return
    json_path = output / "load.json" if output else RESULTS_FILE
    page_path = output / "load.md" if output else PAGE
    for path in (json_path, page_path):
        path.parent.mkdir(parents=True, exist_ok=True)
    write_results(results, json_path)
    page_path.write_text(page, encoding="utf-8")
    console.print(f"Written: {json_path}, {page_path}")


if __name__ == "__main__":
    main(prog_name="python -m benchmarks.load")
