"""The run behind ``windvane evaluate``: labelled rows through the class that serves."""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass

import click
from rich.console import Console
from rich.table import Table
from rich.text import Text

from cli.errors import CliError, file_errors
from cli.evaluate import EvaluateOptions
from cli.open_classifier import open_classifier
from cli.output.rejects import Rejects, good_rows
from cli.progress import progress_bar
from cli.text_input.rows import Row
from cli.text_input.texts import blocks, format_of, read_texts
from functions.inference.classifier import Classifier
from functions.inference.predictions import Prediction
from model_export.metrics import Metrics, count_confusion, measure


@dataclass(frozen=True)
class FileEvaluation:
    """A bundle's figures on one file, and how many of its rows could not be used."""

    file: str
    rejected: int
    metrics: Metrics


def run_evaluation(options: EvaluateOptions) -> int:
    """Measure the bundle on each file and print the figures.

    Returns:
        How many rows had to be left out.

    Raises:
        CliError: A file cannot be read, or a label is not one of the bundle's.
        InferenceError: The bundle cannot be used.
        SettingsError: A variable of the environment holds a value that is not allowed.
    """
    with file_errors(), open_classifier(options["bundle"], options["threads"]) as classifier:
        labels = _choose_labels(classifier.labels, options)
        evaluations = [
            _evaluate_file(file, classifier, labels, options) for file in options["files"]
        ]
        manifest = classifier.manifest
    if options["as_json"]:
        bundle = {"name": manifest.name, "version": manifest.version}
        figures = {"bundle": bundle, "files": [asdict(figures) for figures in evaluations]}
        click.echo(json.dumps(figures, indent=2, ensure_ascii=False))
    else:
        for evaluation in evaluations:
            print_evaluation(evaluation)
    return sum(evaluation.rejected for evaluation in evaluations)


def print_evaluation(evaluation: FileEvaluation) -> None:
    """Print one file's figures as a table."""
    metrics = evaluation.metrics
    heading = (
        f"{evaluation.file}: accuracy {metrics.accuracy:.2%}, "
        f"macro-recall {metrics.macro_recall:.2%}, {metrics.texts:,} texts"
    )
    table = Table()
    table.add_column("label")
    for column in ("texts", "predicted", "recall", "precision"):
        table.add_column(column, justify="right")
    for label, figures in metrics.labels.items():
        counts = (f"{figures.texts:,}", f"{figures.predicted:,}")
        table.add_row(Text(label), *counts, _percent(figures.recall), _percent(figures.precision))
    console = Console()
    console.print(Text(heading), soft_wrap=True)
    console.print(table)
    if evaluation.rejected:
        rows = "row was" if evaluation.rejected == 1 else "rows were"
        click.echo(f"{evaluation.file}: {evaluation.rejected:,} {rows} left out.", err=True)


def _choose_labels(labels: Sequence[str], options: EvaluateOptions) -> list[str]:
    """Take the ignored labels out of the bundle's."""
    for label in (*options["ignored"], *options["label_map"].values()):
        if label not in labels:
            raise CliError(f'The bundle has no label "{label}"; it has: {", ".join(labels)}.')
    chosen = [label for label in labels if label not in options["ignored"]]
    if not chosen:
        raise CliError("Every label of the bundle is ignored; leave at least one to choose.")
    return chosen


def _evaluate_file(
    file: str, classifier: Classifier, labels: Sequence[str], options: EvaluateOptions
) -> FileEvaluation:
    file_format = options["input_format"] or format_of(file)
    if file_format == "text":
        raise CliError(f"{file} is plain text, which holds no labels; give CSV or JSON Lines.")
    rejects = Rejects(None)
    confusion = count_confusion([], [], labels)
    with click.open_file(file, "rb") as stream:
        texts = read_texts(stream, file_format, options["text_column"])
        with progress_bar(texts.total_bytes) as advance:
            for block in blocks(texts.records):
                rows = good_rows(block, rejects)
                truths = [_true_label(row, labels, file, options) for row in rows]
                predictions = classifier.classify([row.text for row in rows])
                best = [_best_label(prediction, labels) for prediction in predictions]
                confusion += count_confusion(truths, best, labels)
                advance(texts.bytes_read, int(confusion.sum()))
    if not confusion.any():
        raise CliError(f"{file} holds no row that can be used.")
    return FileEvaluation(file, rejects.count, measure(confusion, labels))


def _true_label(row: Row, labels: Sequence[str], file: str, options: EvaluateOptions) -> str:
    """Read a row's label and translate it.

    Raises:
        CliError: There is none, or it is not among those to choose from.
    """
    column = options["label_column"]
    if column not in row.columns:
        raise CliError(f'{file}, line {row.line}: there is no column "{column}".')
    label = str(row.columns[column])
    label = options["label_map"].get(label, label)
    if label not in labels:
        raise CliError(
            f'{file}, line {row.line}: the label "{label}" is not one to choose from '
            f"({', '.join(labels)}). See --label-map."
        )
    return label


def _best_label(prediction: Prediction, labels: Sequence[str]) -> str:
    return max(labels, key=lambda label: prediction.scores[label])


def _percent(part: float | None) -> str:
    return "-" if part is None else f"{part:.2%}"
