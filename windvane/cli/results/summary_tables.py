"""A summary as tables with bars, or as JSON."""

import json
from collections import Counter
from collections.abc import Sequence
from typing import Any

import click
import msgspec
from rich.console import Console
from rich.table import Table

from windvane.cli.results.result_summary import Summary
from windvane.cli.rich_tables import build_cell

BAR_CHARS = 30


def print_summary(summary: Summary, *, as_json: bool) -> None:
    """Print tables with bars, or JSON."""
    if as_json:
        click.echo(json.dumps(_to_json(summary), ensure_ascii=False))
        return
    if not summary.results:
        click.echo("There are no such results.")
        return
    _print_tables(summary)


def _print_tables(summary: Summary) -> None:
    """Print the counts of one or more results."""
    console = Console(highlight=False)
    console.print(f"{summary.results:,} results, mean score {summary.mean_score:.3f}\n")
    parts = {"label": summary.labels, "model": summary.models, "route": summary.routes}
    if summary.clients:
        parts["client"] = summary.clients
    for title, counts in parts.items():
        console.print(_build_table(title, Counter(counts).most_common(), summary.results), "")
    console.print(_build_table("day", sorted(summary.days.items()), summary.results), "")
    console.print(_describe_feedback(summary))
    if summary.corrections:
        console.print(_build_confusion(summary))


def _to_json(summary: Summary) -> dict[str, Any]:
    fields: dict[str, Any] = msgspec.structs.asdict(summary)
    fields["corrections"] = [
        {"label": label, "feedback_label": right, "results": count}
        for (label, right), count in sorted(summary.corrections.items())
    ]
    return fields


def _build_table(title: str, counts: Sequence[tuple[str, int]], total: int) -> Table:
    """Build a table whose longest bar is that of the highest count."""
    highest = max(count for _, count in counts)
    table = Table(title, box=None, pad_edge=False)
    table.add_column("results", justify="right")
    table.add_column("share", justify="right")
    table.add_column("")
    for name, count in counts:
        bar = "█" * max(1, round(BAR_CHARS * count / highest))
        table.add_row(build_cell(name), f"{count:,}", f"{count / total:.1%}", bar)
    return table


def _describe_feedback(summary: Summary) -> str:
    checked = sum(summary.corrections.values())
    if not checked:
        return "No label was confirmed or corrected."
    confirmed = sum(n for (label, right), n in summary.corrections.items() if label == right)
    return (
        f"{checked:,} checked by somebody: {confirmed:,} confirmed ({confirmed / checked:.1%}), "
        f"{checked - confirmed:,} corrected"
    )


def _build_confusion(summary: Summary) -> Table:
    labels = sorted({label for pair in summary.corrections for label in pair})
    table = Table("model said", box=None, pad_edge=False)
    for right in labels:
        table.add_column(build_cell(f"is {right}"), justify="right")
    for label in labels:
        cells = (f"{summary.corrections.get((label, right), 0):,}" for right in labels)
        table.add_row(build_cell(label), *cells)
    return table
