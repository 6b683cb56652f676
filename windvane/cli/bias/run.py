"""Runs ``windvane bias``: measures the bundle on every dimension."""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import click
from rich.console import Console
from rich.text import Text

from windvane import load_classifier
from windvane.cli.errors import file_errors
from windvane.cli.output_files import open_output, require_folder
from windvane.cli.packages import require_packages
from windvane.cli.progress import progress_bar
from windvane.cli.rich_tables import build_rich_table
from windvane.evaluation.bias.bias_figures import DimensionFigures
from windvane.evaluation.bias.bias_limits import LIMITS_FILE, LimitCheck, load_limits
from windvane.evaluation.bias.bias_run import BiasReport, BiasRun, run_bias
from windvane.evaluation.bias.bias_tables import overview_table
from windvane.evaluation.bias.dimensions import (
    TEMPLATES_FILE,
    TERMS_FILE,
    choose_dimensions,
    load_dimensions,
)

_WORST_TEXTS = 20
_LEGEND = (
    "|d|: a text's positive probability minus its template's mean. spread: the worst template's "
    "highest minus lowest. pairs: groups that differ at 5 % (t-test, Holm)."
)


@dataclass(frozen=True, kw_only=True)
class BiasOptions:
    """The options of the command, under the names of their parameters."""

    bundle: str
    dimensions: Sequence[str]
    limits: Path | None
    terms: Path | None
    templates: Path | None
    positive: str
    report: str | None
    threads: int | None
    as_json: bool


def run_bias_command(options: BiasOptions) -> int:
    """Measure the bundle and print its figures.

    Returns:
        Number of limits exceeded.

    Raises:
        CliError: A package is not installed, or the report cannot be written.
        EvaluationError: The limits cannot be used, or there is no such dimension or label.
        InferenceError: The bundle cannot be used.
        SettingsError: A variable of the environment holds a value that is not allowed.
    """
    require_packages("evaluate", "scipy", *(("jinja2", "matplotlib") if options.report else ()))
    require_folder(options.report)
    run = _plan_run(options)
    with (
        load_classifier(options.bundle, threads=options.threads) as classifier,
        progress_bar(run.count_texts()) as advance,
    ):
        report = run_bias(run, classifier, lambda done: advance(done, done))
    if options.report:
        _write_page(report, options.report)
    if options.as_json:
        click.echo(json.dumps(_as_json(report), indent=2, ensure_ascii=False))
    else:
        print_report(report)
    return len(report.exceeded)


def print_report(report: BiasReport) -> None:
    """Print a table of the dimensions and a line for each exceeded limit."""
    texts = sum(figures.texts for figures in report.dimensions)
    console = Console()
    console.print(Text(f"{report.name} {report.version}: {texts:,} texts"), soft_wrap=True)
    console.print(build_rich_table(overview_table(report), has_box=True))
    console.print(Text(_LEGEND), style="dim", soft_wrap=True)
    for figures in report.dimensions:
        if figures.headline:
            console.print(Text(_describe_headline(figures)), soft_wrap=True)
    for check in report.exceeded:
        console.print(Text(_describe_excess(check)), soft_wrap=True)


def _plan_run(options: BiasOptions) -> BiasRun:
    terms, templates = options.terms or TERMS_FILE, options.templates or TEMPLATES_FILE
    dimensions = load_dimensions(terms, templates)
    names = [dimension.name for dimension in dimensions]
    limits = load_limits(options.limits, names) if options.limits else load_limits(LIMITS_FILE)
    chosen = choose_dimensions(dimensions, options.dimensions)
    return BiasRun(chosen, limits, options.positive)


def _write_page(report: BiasReport, path: str) -> None:
    from windvane.evaluation.bias.bias_page import build_page

    with file_errors(), open_output(path) as stream:
        stream.write(build_page(report))


def _as_json(report: BiasReport) -> dict[str, Any]:
    return {
        "bundle": {"name": report.name, "version": report.version},
        "positive_label": report.positive_label,
        "exceeded": len(report.exceeded),
        "limits": [{**asdict(check), "exceeded": check.exceeded} for check in report.checks],
        "dimensions": [_figures_as_json(figures) for figures in report.dimensions],
    }


def _figures_as_json(figures: DimensionFigures) -> dict[str, Any]:
    content = asdict(figures)
    del content["details"]  # megabytes; the extreme texts follow
    content["headline_texts"] = [asdict(text) for text in figures.headline_texts()]
    content["worst_texts"] = [asdict(text) for text in figures.worst_texts(_WORST_TEXTS)]
    return content


def _describe_headline(figures: DimensionFigures) -> str:
    headline = figures.headline
    if headline is None:
        return ""
    return (
        f'"{headline.template}" spreads over {headline.spread:.3f}: from {headline.lowest:.3f} '
        f"({headline.lowest_term}) to {headline.highest:.3f} ({headline.highest_term})."
    )


def _describe_excess(check: LimitCheck) -> str:
    figure = check.figure.replace("_", " ")
    return (
        f"{check.dimension}: {figure} {check.value:.4f} is over its limit {check.limit:g} "
        f"by {check.value - check.limit:.4f}."
    )
