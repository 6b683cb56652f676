"""``python -m benchmarks.bulk``: measures bulk jobs, and writes sections of ``docs/bulk.md``."""

from pathlib import Path
from tempfile import TemporaryDirectory

import click

from benchmarks.bulk.bulk_page import build_sections, write_page
from benchmarks.bulk.bulk_results import RESULTS_FILE, BulkRun, read_run
from benchmarks.bulk.file_speed import measure_files
from benchmarks.bulk.job_memory import measure_peak
from benchmarks.bulk.row_kinds import KINDS
from benchmarks.bulk.work_speed import measure_work
from benchmarks.command_line import Progress, run_with_status, write_json
from benchmarks.machine import read_machine
from benchmarks.paths import ROOT
from benchmarks.quiet_machine import anyway_option, on_quiet_machine
from windvane.bundle_store import open_bundle
from windvane.facts import DEFAULT_BUNDLE
from windvane.inference.classifier import Classifier

PAGE = ROOT / "docs" / "bulk.md"
ROUNDS = 7
ROWS = {"tweets": 1000, "reviews": 300, "single words": 2000}
PLANNED_ROWS = 2_000_000
FINISHED_ROWS = 200_000
MEMORY_ROWS = (10_000, 200_000)


@click.command()
@click.option(
    "--render", is_flag=True, help="Measure nothing: write the sections from the last figures."
)
@anyway_option
@click.option(
    "--results",
    type=click.Path(dir_okay=False, path_type=Path),
    default=RESULTS_FILE,
    help="Where the figures are.  [default: benchmarks/results/bulk.json]",
)
@click.option(
    "--page",
    type=click.Path(dir_okay=False, path_type=Path),
    default=PAGE,
    help="Page with the sections.  [default: docs/bulk.md]",
)
def main(render: bool, anyway: bool, results: Path, page: Path) -> None:
    """Measure bulk jobs beside the bare core. Keep the machine otherwise idle."""

    def measure_quiet(progress: Progress) -> BulkRun:
        with on_quiet_machine("bulk jobs", anyway=anyway):
            return measure(progress)

    if not render:
        run = run_with_status(measure_quiet)
        if anyway:
            click.echo(build_sections(run))
            return
        write_json(results, run)
    run = read_run(results)
    run_with_status(lambda _: write_page(page, run))
    click.echo(f"Written: {results}, {page}", err=True)


def measure(progress: Progress) -> BulkRun:
    """Measure all of it."""
    with TemporaryDirectory(prefix="windvane-bulk-") as name:
        folder = Path(name)
        work = []
        with Classifier(open_bundle(str(DEFAULT_BUNDLE)), threads=1) as classifier:
            for kind in KINDS:
                progress(f"working on {kind.title}")
                rows = ROWS[kind.title]
                work.append(measure_work(kind, classifier, folder, rows=rows, rounds=ROUNDS))
        progress("planning and finishing")
        files = measure_files(
            folder, planned_rows=PLANNED_ROWS, finished_rows=FINISHED_ROWS, rounds=ROUNDS
        )
        progress("measuring memory")
        return BulkRun(
            machine=read_machine(),
            rounds=ROUNDS,
            work=work,
            files=files,
            peak_memory_mb={rows: round(measure_peak(folder, rows), 1) for rows in MEMORY_ROWS},
        )


if __name__ == "__main__":
    main(prog_name="python -m benchmarks.bulk")
