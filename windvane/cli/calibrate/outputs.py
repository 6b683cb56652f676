"""The outputs of a calibration: tables or JSON, and what to do next."""

import json
from dataclasses import asdict
from typing import Any

import click
from rich.text import Text

from windvane.calibration.cross_validation import FOLDS
from windvane.calibration.gains import LOG_LOSS, Gain
from windvane.cli.calibrate.calibration_results import CalibrationResults, WrittenBundle
from windvane.cli.messages import describe_command, print_message
from windvane.cli.rich_tables import build_rich_table, open_console
from windvane.evaluation.figure_table import (
    Cell,
    Column,
    FigureTable,
    Row,
    number_columns,
    percent,
)
from windvane.evaluation.intervals import Interval
from windvane.monitoring.profile_building import FEWEST_TEXTS

_LESS_IS_BETTER = ("ece", LOG_LOSS)
_HEADINGS = {
    "accuracy": "accuracy",
    "macro_recall": "macro-recall",
    "macro_f1": "macro-F1",
    "ece": "calibration error (ECE)",
    "log_loss": "log-loss",
}


def show_calibration(results: CalibrationResults, *, as_json: bool) -> None:
    """Print the figures to stdout; the verdict to stderr if stdout has JSON."""
    if as_json:
        click.echo(json.dumps(_to_json(results), indent=2, ensure_ascii=False))
    else:
        _print_tables(results)
    print_message(_describe_verdict(results), err=as_json)
    if results.written:
        _print_written(results.written)


def build_gains_table(results: CalibrationResults) -> FigureTable:
    """Show each figure before and after, and the difference with its interval."""
    rows: list[Row] = [
        (_HEADINGS.get(name, name.replace(".", ", ")), *_show_gain(name, gain))
        for name, gain in results.gains.items()
    ]
    return FigureTable([Column(""), *number_columns("before", "after", "difference")], rows)


def build_offsets_table(results: CalibrationResults) -> FigureTable:
    """Show the offset of each label, and the temperature before and after."""
    counts = results.usable.labelled.count_labels()
    offsets = results.fitted.offsets.tolist()
    rows: list[Row] = [
        (label, f"{counts[label]:,}", f"{offset:+.4f}")
        for label, offset in zip(results.labels, offsets, strict=True)
    ]
    return FigureTable([Column("label"), *number_columns("texts", "offset")], rows)


def _print_tables(results: CalibrationResults) -> None:
    usable, console = results.usable, open_console()
    heading = (
        f"{usable.labelled.name}: {len(usable.labelled.texts):,} texts, each measured "
        f"with what was fitted to the {FOLDS - 1} of {FOLDS} folds without it"
    )
    console.print(Text(heading, "bold"), soft_wrap=True)
    if usable.repeated or usable.contradicting:
        left_out = (
            f"Left out: {usable.repeated:,} repeated texts, {usable.contradicting:,} rows whose "
            "text has several labels."
        )
        console.print(left_out, soft_wrap=True)
    for table in (build_gains_table(results), build_offsets_table(results)):
        console.print("", build_rich_table(table, has_box=False))
    before, after = results.manifest.temperature, results.fitted.temperature
    console.print("", f"Temperature: {before:g} before, {after:g} after.", "", sep="\n")


def _show_gain(name: str, gain: Gain) -> tuple[Cell, Cell, Cell]:
    difference, interval = gain.difference, gain.difference_interval
    if name in _LESS_IS_BETTER:
        is_good = _is_beyond_chance(-interval.high, -interval.low)
        before, after = (
            Cell(f"{figure:.3f} {_show_margin(figure_interval)}")
            for figure, figure_interval in (
                (gain.before, gain.before_interval),
                (gain.after, gain.after_interval),
            )
        )
        return before, after, Cell(f"{difference:+.3f} {_show_margin(interval)}", is_good=is_good)
    is_good = _is_beyond_chance(interval.low, interval.high)
    return (
        percent(gain.before, gain.before_interval),
        percent(gain.after, gain.after_interval),
        Cell(f"{100 * difference:+.2f}", interval, is_good),
    )


def _is_beyond_chance(low: float, high: float) -> bool | None:
    """Tell whether a gain is better or worse beyond chance; None if neither."""
    return True if low > 0 else False if high < 0 else None


def _show_margin(interval: Interval) -> str:
    return f"±{(interval.high - interval.low) / 2:.3f}"


def _describe_verdict(results: CalibrationResults) -> str:
    if not results.verdict.helps:
        return f"The calibration does not help: {results.verdict.reason}"
    return f"The calibration helps. {results.verdict.reason}"


def _print_written(written: WrittenBundle) -> None:
    manifest = written.manifest
    print_message(f"{written.folder}: {manifest.name} {manifest.version}", err=True)
    if manifest.profile is None:
        command = describe_command("monitor", "profile", written.folder, "FILE")
        print_message(
            f"It has no reference profile, which needs {FEWEST_TEXTS} texts: {command}", err=True
        )


def _to_json(results: CalibrationResults) -> dict[str, Any]:
    labelled, fitted, written = results.usable.labelled, results.fitted, results.written
    manifest = results.manifest
    return {
        "bundle": {"name": manifest.name, "version": manifest.version},
        "file": labelled.name,
        "sha256": labelled.sha256,
        "texts": len(labelled.texts),
        "repeated": results.usable.repeated,
        "contradicting": results.usable.contradicting,
        "folds": FOLDS,
        "offsets": dict(zip(results.labels, fitted.offsets.tolist(), strict=True)),
        "temperature": {"before": manifest.temperature, "after": fitted.temperature},
        "figures": {name: asdict(gain) for name, gain in results.gains.items()},
        "helps": results.verdict.helps,
        "reason": results.verdict.reason,
        "written": written and {"folder": str(written.folder), "version": written.manifest.version},
    }
