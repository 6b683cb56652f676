"""Prints the comparison of champion and challenger: tables, or JSON."""

import json

import click
from rich.console import Console
from rich.table import Table

from windvane.cli.releases.shadow_comparison import Latency, ShadowComparison
from windvane.cli.releases.shadow_reading import MOST_RECORDS, ShadowReading
from windvane.cli.rich_tables import build_cell
from windvane.shadow.shadow_record import ShadowRecord

TABLE_WIDTH = 100
LISTED = 20
"""Disagreements that are printed; JSON has all."""


def print_comparison(reading: ShadowReading, *, as_json: bool) -> None:
    """Print a comparison."""
    comparison = reading.comparison
    if as_json:
        click.echo(json.dumps(to_json(reading), indent=2))
        return
    for line in _summarize(comparison):
        click.echo(line)
    console = Console(width=TABLE_WIDTH)
    for table in (_build_label_table(comparison), _build_disagreement_table(comparison)):
        if table.row_count:
            console.print()
            console.print(table)
    for note in _list_notes(reading):
        click.echo(note)


def to_json(reading: ShadowReading) -> dict[str, object]:
    """Build the JSON of ``--json``."""
    comparison = reading.comparison
    low, high = comparison.interval
    return {
        "champion": comparison.champion,
        "challenger": comparison.challenger,
        "texts": comparison.texts,
        "agreed": comparison.agreed,
        "agreement": round(comparison.agreement, 6),
        "agreement_interval": [round(low, 6), round(high, 6)],
        "mean_score_gap": round(comparison.mean_score_gap, 6),
        "latency": {
            "champion": vars(comparison.champion_latency),
            "challenger": vars(comparison.challenger_latency),
        },
        "labels": {
            label: {
                "champion": comparison.count_champions(label),
                "challenger": comparison.count_challengers(label),
            }
            for label in comparison.labels
        },
        "confusion": [
            {"champion": champion, "challenger": challenger, "texts": count}
            for (champion, challenger), count in sorted(comparison.confusion.items())
        ],
        "disagreements": [_to_json(record) for record in comparison.disagreements],
        "other_pairs": reading.other_pairs,
        "is_cut": reading.is_cut,
    }


def _to_json(record: ShadowRecord) -> dict[str, object]:
    return {
        "result_id": record.result_id,
        "champion_label": record.champion_label,
        "champion_score": record.champion_score,
        "challenger_label": record.challenger_label,
        "challenger_score": record.challenger_score,
    }


def _summarize(comparison: ShadowComparison) -> list[str]:
    low, high = comparison.interval
    return [
        f"champion    {comparison.champion}, {_describe(comparison.champion_latency)}",
        f"challenger  {comparison.challenger}, {_describe(comparison.challenger_latency)}",
        f"agreement   {comparison.agreement:.2%} of {comparison.texts:,} texts "
        f"(95 % interval {low:.2%} to {high:.2%})",
        f"score gap   {comparison.mean_score_gap:.4f} on average, of the champion's label",
    ]


def _describe(latency: Latency) -> str:
    return f"p50 {latency.p50_ms:.1f} ms and p99 {latency.p99_ms:.1f} ms a text"


def _build_label_table(comparison: ShadowComparison) -> Table:
    """Lay out the confusion: a row for each label of the champion."""
    table = Table(box=None, pad_edge=False)
    table.add_column("champion's label")
    for label in comparison.labels:
        table.add_column(build_cell(f"then {label}"), justify="right")
    table.add_column("champion", justify="right")
    table.add_column("challenger", justify="right")
    for label in comparison.labels:
        counts = [str(comparison.confusion.get((label, other), 0)) for other in comparison.labels]
        shares = [
            f"{count / comparison.texts:.1%}"
            for count in (comparison.count_champions(label), comparison.count_challengers(label))
        ]
        table.add_row(build_cell(label), *counts, *shares)
    return table


def _build_disagreement_table(comparison: ShadowComparison) -> Table:
    table = Table(box=None, pad_edge=False)
    for name in ("disagreement", "champion", "challenger"):
        table.add_column(name, no_wrap=True)
    for record in comparison.disagreements[:LISTED]:
        table.add_row(
            record.result_id,
            build_cell(f"{record.champion_label} {record.champion_score:.3f}"),
            build_cell(f"{record.challenger_label} {record.challenger_score:.3f}"),
        )
    return table


def _list_notes(reading: ShadowReading) -> list[str]:
    notes = []
    hidden = len(reading.comparison.disagreements) - LISTED
    if hidden > 0:
        notes.append(f"{hidden:,} older disagreements are in --json.")
    if reading.other_pairs:
        notes.append(
            f"{reading.other_pairs:,} records of other bundles are left out; --champion and "
            "--challenger choose them."
        )
    if reading.is_cut:
        notes.append(f"Older records were not read, since there are more than {MOST_RECORDS:,}.")
    return notes
