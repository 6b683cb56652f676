"""The outputs of a drift report: tables, JSON and an HTML page."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import click
import msgspec
from rich.text import Text

from windvane.cli.errors import file_errors
from windvane.cli.messages import print_message
from windvane.cli.output_files import open_output
from windvane.cli.rich_tables import build_rich_table, open_console
from windvane.evaluation.drift.drift_tables import (
    days_table,
    describe_check,
    describe_compared,
    describe_holding,
    features_table,
    shares_table,
)
from windvane.inference.manifest import Manifest
from windvane.monitoring.drift_limits import LimitCheck
from windvane.monitoring.drift_report import DriftReport

_LEGEND = (
    "psi: population stability index; js: Jensen-Shannon distance; both corrected for the size of "
    "the samples, with their 95 % interval."
)
SHOWN_DAYS = 14


@dataclass(frozen=True)
class Monitored:
    """A bundle's drift report, and what the limits say about it."""

    manifest: Manifest
    report: DriftReport
    checks: Sequence[LimitCheck]

    @property
    def is_beyond(self) -> bool:
        """Whether a limit is exceeded."""
        return any(check.exceeded for check in self.checks)


def show_drift(monitored: Monitored, *, as_json: bool) -> None:
    """Print tables and a sentence for each exceeded limit, or JSON."""
    if as_json:
        click.echo(json.dumps(_to_json(monitored), indent=2, ensure_ascii=False))
    else:
        _print_tables(monitored)


def write_page(monitored: Monitored, path: str) -> None:
    """Write the HTML page.

    Raises:
        CliError: It cannot be written.
    """
    from windvane.evaluation.drift.drift_page import build_page

    page = build_page(monitored.manifest, monitored.report, monitored.checks)
    with file_errors(), open_output(path) as stream:
        stream.write(page)
    print_message(f"Page: {path}", err=True)


def _print_tables(monitored: Monitored) -> None:
    report, checks = monitored.report, monitored.checks
    console = open_console()
    console.print(
        Text(f"{monitored.manifest.model_id}: {describe_compared(report)}"), soft_wrap=True
    )
    for table in (features_table(report, checks), shares_table(report, checks)):
        console.print(build_rich_table(table, has_box=False), "")
    console.print(Text(_LEGEND), style="dim", soft_wrap=True)
    last_days = dict(list(report.days.items())[-SHOWN_DAYS:])
    console.print(build_rich_table(days_table(last_days, checks), has_box=False), "")
    exceeded = [check for check in checks if check.exceeded]
    for check in exceeded:
        console.print(Text(describe_check(check), "bold red"), soft_wrap=True)
    if not exceeded:
        console.print(Text(describe_holding(checks), "green"), soft_wrap=True)


def _to_json(monitored: Monitored) -> dict[str, Any]:
    manifest = monitored.manifest
    content: dict[str, Any] = msgspec.to_builtins(monitored.report)
    return {
        "bundle": {"name": manifest.name, "version": manifest.version},
        "exceeded": sum(check.exceeded for check in monitored.checks),
        "limits": msgspec.to_builtins(monitored.checks),
        **content,
    }
