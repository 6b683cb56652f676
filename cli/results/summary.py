"""What a log holds, in counts."""

import json
from collections import Counter
from collections.abc import Iterable
from typing import Any

import click
import msgspec

from functions.result_log.record import ResultRecord

BAR_WIDTH = 30
DAY_CHARS = len("2026-11-22")


class Summary(msgspec.Struct):
    """Counts of results.

    Attributes:
        results: How many there are.
        mean_score: Mean of their scores.
        labels: How many have each label.
        models: How many each model answered.
        routes: How many each route answered.
        days: How many were answered on each day, in UTC.
        corrections: How many with the model's label got the other label from somebody, by
            ``model's > right one``; those that were confirmed are among them.
    """

    results: int = 0
    mean_score: float = 0.0
    labels: dict[str, int] = msgspec.field(default_factory=Counter)
    models: dict[str, int] = msgspec.field(default_factory=Counter)
    routes: dict[str, int] = msgspec.field(default_factory=Counter)
    days: dict[str, int] = msgspec.field(default_factory=Counter)
    corrections: dict[tuple[str, str], int] = msgspec.field(default_factory=Counter)


def summarize(records: Iterable[ResultRecord]) -> Summary:
    """Count results, one at a time."""
    summary = Summary()
    total_score = 0.0
    for record in records:
        summary.results += 1
        total_score += record.score
        summary.labels[record.label] += 1
        summary.models[record.model] += 1
        summary.routes[record.route] += 1
        summary.days[record.created_at[:DAY_CHARS]] += 1
        if record.feedback_label is not None:
            summary.corrections[record.label, record.feedback_label] += 1
    if summary.results:
        summary.mean_score = total_score / summary.results
    return summary


def print_summary(summary: Summary, *, as_json: bool) -> None:
    """Print tables with bars, or JSON."""
    if as_json:
        click.echo(json.dumps(_to_json(summary), ensure_ascii=False))
        return
    if not summary.results:
        click.echo("There are no such results.")
        return
    from rich.console import Console

    console = Console()
    console.print(f"{summary.results:,} results, mean score {summary.mean_score:.3f}\n")
    parts = {"label": summary.labels, "model": summary.models, "route": summary.routes}
    for title, counts in parts.items():
        console.print(_build_table(title, Counter(counts).most_common(), summary.results))
    console.print(_build_table("day", sorted(summary.days.items()), summary.results))
    if summary.corrections:
        console.print(_build_corrections(summary))


def _to_json(summary: Summary) -> dict[str, Any]:
    fields: dict[str, Any] = msgspec.structs.asdict(summary)
    fields["corrections"] = [
        {"label": label, "feedback_label": right, "results": count}
        for (label, right), count in sorted(summary.corrections.items())
    ]
    return fields


def _build_table(title: str, counts: Iterable[tuple[str, int]], total: int) -> object:
    from rich.table import Table
    from rich.text import Text

    table = Table(title, "results", "share", "", box=None)
    for name, count in counts:
        bar = "█" * max(1, round(BAR_WIDTH * count / total))
        table.add_row(Text(name), f"{count:,}", f"{count / total:.1%}", bar)
    return table


def _build_corrections(summary: Summary) -> object:
    from rich.table import Table
    from rich.text import Text

    rights = sorted({right for _, right in summary.corrections})
    agreed = sum(n for (label, right), n in summary.corrections.items() if label == right)
    checked = sum(summary.corrections.values())
    title = f"{checked:,} checked by somebody, {agreed / checked:.1%} of them as the model said"
    table = Table("model said", box=None, title=title)
    for right in rights:
        table.add_column(Text(f"is {right}"))
    for label in sorted({label for label, _ in summary.corrections}):
        cells = (f"{summary.corrections.get((label, right), 0):,}" for right in rights)
        table.add_row(Text(label), *cells)
    return table
