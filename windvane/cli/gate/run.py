"""Runs ``windvane gate``."""

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

import click
from rich.text import Text

from windvane import load_classifier
from windvane.cli.errors import CliError, file_errors
from windvane.cli.messages import print_message
from windvane.cli.output_files import open_output, refuse_overwriting
from windvane.cli.packages import require_packages
from windvane.cli.progress import progress_bar
from windvane.cli.rich_tables import build_rich_table, open_console
from windvane.evaluation.gate.figures import Pair, file_table
from windvane.evaluation.gate.fitted_files import list_fitted_files
from windvane.evaluation.gate.gate_checks import check_gate
from windvane.evaluation.gate.gate_file import Gate, load_gate, require_frozen
from windvane.evaluation.gate.gate_page import GatePage, build_gate_markdown, build_gate_page
from windvane.evaluation.gate.gate_tables import checks_table
from windvane.evaluation.gate.model_comparison import (
    ComparisonPlan,
    compare_models,
    plan_comparison,
    require_same_labels,
)
from windvane.inference.classifier import Classifier
from windvane.rows.labelled_files import LabelledFile, read_labelled_file
from windvane.rows.labelled_set import LabelledSet
from windvane.rows.reading import Reading
from windvane.rows.rejects import Rejects, count_rows

_MARKDOWN = ".md"


@dataclass(frozen=True, kw_only=True)
class GateOptions:
    """The options of the command, under the names of their parameters."""

    challenger: str
    files: Sequence[LabelledFile]
    champion: str | None
    gate_path: Path
    corrections: LabelledFile | None
    held_out_corrections: LabelledFile | None
    reading: Reading
    threads: int | None
    report: Path | None
    as_json: bool


def run_gate(options: GateOptions) -> bool:
    """Compare the models, and show what the gate decides.

    Returns:
        Whether the challenger keeps every limit.

    Raises:
        CliError: A file cannot be read, or the report cannot be written.
        EvaluationError: The gate file cannot be used, or the labels differ.
        InferenceError: A bundle cannot be used.
        RowsError: A labelled file cannot be used.
        SettingsError: A variable of the environment holds a value that is not allowed.
    """
    require_report(options.report, options.files)
    gate = load_gate(options.gate_path)
    require_bias_packages(gate)
    with (
        file_errors(),
        load_classifier(options.champion, threads=options.threads) as champion,
        load_classifier(options.challenger, threads=options.threads) as challenger,
    ):
        require_same_labels(Pair(champion.labels, challenger.labels))
        sets = read_evaluation_files(options.files, options.reading, champion.labels, gate)
        for table in ("corrections", "held_out_corrections"):
            if file := getattr(options, table):
                sets[table] = _read(replace(file, reading=options.reading), champion.labels)
        plan = plan_comparison(gate, sets, champion.labels)
        page = decide(gate, plan, Pair(champion, challenger))
        if options.report:
            write_page(page, options.report)
    show_page(page, as_json=options.as_json)
    return page.is_kept


def require_report(path: Path | None, files: Sequence[LabelledFile]) -> None:
    """Refuse a page that cannot be written, before minutes of work are spent.

    Raises:
        CliError: A package is missing, or the page is a data file or has no folder.
    """
    if path is None:
        return
    if path.suffix != _MARKDOWN:
        require_packages("evaluate", "jinja2", "matplotlib")
    refuse_overwriting([file.path for file in files], report=path)


def require_bias_packages(gate: Gate) -> None:
    """Check that what the bias tests need is installed, if the gate has a table for them.

    Raises:
        CliError: It is not.
    """
    if "bias" in gate.tables:
        require_packages("evaluate", "scipy")


def read_evaluation_files(
    files: Sequence[LabelledFile], reading: Reading, labels: Sequence[str], gate: Gate
) -> dict[str, LabelledSet]:
    """Read the evaluation files, by their tables of the gate file.

    Raises:
        CliError: Two files have the same name.
        GateError: A file is not the one whose hash the gate names.
        RowsError: A file cannot be used.
        OSError: A file cannot be read.
    """
    names = Counter(Path(file.path).name for file in files)
    for name, count in names.items():
        if count > 1:
            raise CliError(f"{name} is given twice; the gate tells files apart by their names.")
    labelled = [_read(replace(file, reading=reading), labels) for file in files]
    require_frozen(gate, {each.name: each.sha256 for each in labelled})
    return {file_table(each.name): each for each in labelled}


def decide(gate: Gate, plan: ComparisonPlan, models: Pair[Classifier]) -> GatePage:
    """Measure both models with a progress bar, and check the gate.

    Raises:
        EvaluationError: The models cannot be compared, or a figure with a limit is not defined.
        ModelRunError: A model could not be run.
    """
    with progress_bar(plan.count_texts()) as advance:
        done = 0

        def step(texts: int) -> None:
            nonlocal done
            done += texts
            advance(done, done)

        comparison = compare_models(plan, models, step)
    checks = check_gate(gate, list(comparison.figures()), plan.files())
    return GatePage(
        comparison=comparison,
        checks=checks,
        gate=gate.path.name,
        warnings=list_fitted_files(plan.sets, comparison.manifests),
    )


def write_page(page: GatePage, path: Path) -> None:
    """Write the page as its suffix says: ``.md`` or HTML.

    Raises:
        OSError: It cannot be written.
    """
    build = build_gate_markdown if path.suffix == _MARKDOWN else build_gate_page
    with open_output(str(path)) as stream:
        stream.write(build(page))
    print_message(f"Page: {path}", err=True)


def show_page(page: GatePage, *, as_json: bool) -> None:
    """Print what the gate decided to stdout, and warnings to stderr."""
    for warning in page.warnings:
        print_message(warning, err=True)
    if as_json:
        click.echo(json.dumps(to_json(page), indent=2, ensure_ascii=False))
        return
    console = open_console()
    console.print(build_rich_table(checks_table(page.checks), has_box=True))
    console.print(Text(page.verdict, "green" if page.is_kept else "bold red"), soft_wrap=True)


def to_json(page: GatePage) -> Mapping[str, Any]:
    """Build the JSON: both versions, every limit and every figure."""
    champion, challenger = page.comparison.manifests.both()
    return {
        "champion": {"name": champion.name, "version": champion.version},
        "challenger": {"name": challenger.name, "version": challenger.version},
        "kept": page.is_kept,
        "warnings": [*page.warnings],
        "limits": [
            {
                **asdict(check.figure),
                "limit": check.limit,
                "bound": check.bound,
                "kept": check.kept,
            }
            for check in page.checks
        ],
        "figures": [
            {**asdict(figure), "change": figure.change} for figure in page.comparison.figures()
        ],
    }


def _read(file: LabelledFile, labels: Sequence[str]) -> LabelledSet:
    rejects = Rejects(None, file.path)
    labelled = read_labelled_file(file, labels, rejects)
    if rejects.count:
        print_message(f"{file.path}: {count_rows(rejects.count)} left out.", err=True)
    return labelled
