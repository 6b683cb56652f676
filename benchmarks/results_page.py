"""Renders ``docs/benchmarks.md`` and the README's table of speeds from the results."""

from collections.abc import Mapping, Sequence
from pathlib import Path

from rich.console import Console

from benchmarks.cold_start.cold_start_results import ColdResults, build_table, read_cold_results
from benchmarks.family_results import (
    FamilyResults,
    ManyTextsRun,
    PeerRun,
    ServerRun,
    StageRun,
    read_families,
)
from benchmarks.machine import caption
from benchmarks.many_texts import ManyTextsFigures
from benchmarks.markdown_page import render_page, replace_sections
from benchmarks.paths import ROOT
from benchmarks.peer_tables import build_peer_table, build_server_table
from benchmarks.processor_family import is_arm, title_family
from benchmarks.quiet_machine import MAX_STEAL_SHARE, MIN_IDLE_SHARE
from benchmarks.speed_overview import build_overview, describe_leaders, name_list
from benchmarks.table import show_number, to_markdown, to_rich

PAGE = ROOT / "docs" / "benchmarks.md"
README = ROOT / "README.md"
COMMAND = "python -m benchmarks --render"


def write_pages() -> None:
    """Write the page, and the README's table.

    Raises:
        MarkersMissingError: The README has no place for the table.
    """
    families, cold = read_families(), read_cold_results()
    PAGE.write_text(build_page(families, cold), encoding="utf-8")
    _replace_readme(README, build_readme_section(families, cold))


def build_page(families: Sequence[FamilyResults], cold: Mapping[str, ColdResults]) -> str:
    """Render the page of all families."""
    return render_page(
        "benchmarks.md.jinja",
        families=families,
        cold=cold,
        overview=build_overview(families, cold),
        arm_note=describe_arm(families),
        min_idle=MIN_IDLE_SHARE,
        max_steal=MAX_STEAL_SHARE,
        title_family=title_family,
        build_peer_table=build_peer_table,
        build_server_table=build_server_table,
        build_cold_table=build_table,
        describe_leaders=lambda run: describe_leaders(list(run.figures.values())),
        describe_many_texts=describe_many_texts,
    )


def build_readme_section(families: Sequence[FamilyResults], cold: Mapping[str, ColdResults]) -> str:
    """Render the table of speeds, with the sentence on arm64."""
    return (
        "Speed depends on the processor's int8 instructions: compare figures of one column only. "
        f"{describe_arm(families)} [docs/benchmarks.md](docs/benchmarks.md) has all peers, also "
        f"those that are faster in bulk.\n\n{to_markdown(build_overview(families, cold))}"
    )


def show_run(run: StageRun, console: Console) -> None:
    """Print the figures of a stage, its machine, and what was left out."""
    failures: Mapping[str, str] = {}
    match run:
        case PeerRun(figures=figures, failures=failures):
            console.print(to_rich(build_peer_table(list(figures.values()))))
        case ServerRun(figures=figures, failures=failures):
            console.print(to_rich(build_server_table(list(figures.values()))))
        case ManyTextsRun(figures=figures):
            console.print(describe_many_texts(figures), highlight=False)
    for title, reason in failures.items():
        console.print(f"{title} was left out: {reason}", highlight=False, markup=False)
    console.print(f"Measured {caption(run.machine)}", highlight=False, markup=False)


def describe_arm(families: Sequence[FamilyResults]) -> str:
    """Say which figures are those of arm64, Lambda's default."""
    arm = [title_family(family.family) for family in families if is_arm(family.family)]
    if arm:
        return f"{name_list(arm)} is arm64, the default in AWS; all others are x86_64."
    return (
        "All are x86_64: arm64, the default in AWS, has never been timed (`make bench-arm` does it "
        "on a Graviton)."
    )


def describe_many_texts(figures: ManyTextsFigures) -> str:
    """Compare the command with the core."""
    memory = " / ".join(map(show_number, (figures.early_mb, figures.last_mb, figures.peak_mb)))
    return (
        f"`windvane classify` on {figures.rows:,} rows of CSV: {figures.command_per_second:,.0f} "
        f"rows/s, its start included, beside {figures.core_per_second:,.0f} texts/s of the bare "
        f"core on as many threads ({figures.threads}): {figures.clock_ratio:.3f} of it by the "
        f"clock (spread {figures.clock_spread:.3f} over {figures.rounds} round(s)), "
        f"{figures.cpu_ratio:.3f} by CPU time. Memory after a tenth of the rows, at the end, and "
        f"at its peak: {memory} MB."
    )


def _replace_readme(path: Path, section: str) -> None:
    readme = path.read_text(encoding="utf-8")
    path.write_text(replace_sections(readme, COMMAND, section), encoding="utf-8")
