"""An evaluation shown: tables, JSON, or one page of HTML."""

import json
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

import click
from rich.console import Console
from rich.table import Table
from rich.text import Text

from cli.behaviour_run import print_behaviour
from cli.errors import CliError
from cli.evaluate import EvaluateOptions
from evaluation.behaviour.figures import BehaviourFigures
from evaluation.figures import FileFigures
from evaluation.intervals import Interval
from functions.inference.manifest import Manifest


@dataclass(frozen=True)
class FileEvaluation:
    """A bundle's figures on one file, and how many of its rows could not be used."""

    file: str
    rejected: int
    figures: FileFigures


@dataclass(frozen=True)
class Evaluation:
    """All that was measured."""

    manifest: Manifest
    files: list[FileEvaluation]
    behaviour: BehaviourFigures | None


def write_evaluation(evaluation: Evaluation, options: EvaluateOptions) -> None:
    """Show the figures in every form that was asked for.

    Raises:
        CliError: The page needs a package that is not installed.
        OSError: The page cannot be written.
    """
    if options["no_texts"]:
        evaluation = _without_texts(evaluation)
    if options["report"]:
        _write_page(evaluation, options["report"])
    if options["as_json"]:
        click.echo(json.dumps(_to_json(evaluation), indent=2, ensure_ascii=False))
        return
    for file in evaluation.files:
        print_file(file)
    if evaluation.behaviour:
        print_behaviour(evaluation.behaviour)
    if options["report"]:
        click.echo(f"Report: {options['report']}")


def print_file(file: FileEvaluation) -> None:
    """Print one file's figures as tables."""
    figures, metrics = file.figures, file.figures.metrics
    console = Console()
    heading = (
        f"{file.file}: accuracy {metrics.accuracy:.2%}, macro-recall {metrics.macro_recall:.2%}, "
        f"macro-F1 {metrics.macro_f1:.2%}, {metrics.texts:,} texts"
    )
    console.print(Text(heading), soft_wrap=True)
    console.print(_labels_table(figures))
    console.print(_confusion_table(figures))
    console.print(_models_table(figures))
    calibration = figures.calibration
    half = next(point for point in figures.coverage if point.share == 0.5)  # noqa: PLR2004
    console.print(
        f"Calibration error {calibration.ece_before:.3f} before the temperature of "
        f"{calibration.temperature:g}, {calibration.ece:.3f} with it. The surest half of the "
        f"texts: accuracy {half.accuracy:.2%}.\n",
        highlight=False,
        soft_wrap=True,
    )
    if file.rejected:
        rows = "row was" if file.rejected == 1 else "rows were"
        click.echo(f"{file.file}: {file.rejected:,} {rows} left out.", err=True)


def _labels_table(figures: FileFigures) -> Table:
    table = _table("label", "texts", "predicted", "recall", "precision", "F1")
    for label, own in figures.metrics.labels.items():
        cells = [
            _percent(getattr(own, name), figures.intervals.get(f"{label}.{name}"))
            for name in ("recall", "precision", "f1")
        ]
        table.add_row(Text(label), f"{own.texts:,}", f"{own.predicted:,}", *cells)
    return table


def _confusion_table(figures: FileFigures) -> Table:
    table = _table("true label", *(f"as {label}" for label in figures.labels))
    for label, counts in zip(figures.labels, figures.confusion, strict=True):
        table.add_row(Text(label), *(f"{count:,}" for count in counts))
    return table


def _models_table(figures: FileFigures) -> Table:
    table = _table("model", "accuracy", "macro-recall", "macro-F1", "ECE", "same label")
    metrics, intervals = figures.metrics, figures.intervals
    cells = [
        _percent(getattr(metrics, name), intervals[name])
        for name in ("accuracy", "macro_recall", "macro_f1")
    ]
    table.add_row("this bundle", *cells, f"{figures.calibration.ece:.3f}", "")
    for rival in figures.rivals:
        cells = [_percent(each) for each in (rival.accuracy, rival.macro_recall, rival.macro_f1)]
        table.add_row(Text(rival.name), *cells, f"{rival.ece:.3f}", _percent(rival.agreement))
    return table


def _table(first: str, *columns: str) -> Table:
    table = Table()
    table.add_column(first)
    for column in columns:
        table.add_column(column, justify="right")
    return table


def _percent(part: float | None, interval: Interval | None = None) -> str:
    if part is None:
        return "-"
    bounds = f" ±{50 * (interval.high - interval.low):.1f}" if interval else ""
    return f"{part:.2%}{bounds}"


def _to_json(evaluation: Evaluation) -> dict[str, Any]:
    manifest = evaluation.manifest
    figures: dict[str, Any] = {
        "bundle": {"name": manifest.name, "version": manifest.version},
        "files": [
            {**asdict(file.figures), "file": file.file, "rejected": file.rejected}
            for file in evaluation.files
        ],
    }
    if evaluation.behaviour:
        figures["behaviour"] = evaluation.behaviour.as_json()
    return figures


def _without_texts(evaluation: Evaluation) -> Evaluation:
    def blank(file: FileEvaluation) -> FileEvaluation:
        mistakes = [replace(mistake, text="") for mistake in file.figures.mistakes]
        return replace(file, figures=replace(file.figures, mistakes=mistakes))

    return replace(evaluation, files=[blank(file) for file in evaluation.files])


def _write_page(evaluation: Evaluation, path: Path) -> None:
    try:
        from evaluation.report.page import build_page

        page = build_page(
            evaluation.manifest,
            [file.figures for file in evaluation.files],
            evaluation.behaviour,
        )
    except ModuleNotFoundError as error:
        missing = (error.name or "A package").partition(".")[0]
        raise CliError(
            f"{missing} is not installed; what a report needs comes with: make setup-evaluate"
        ) from error
    path.write_text(page, encoding="utf-8")
