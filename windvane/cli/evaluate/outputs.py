"""The outputs of an evaluation: tables, JSON and an HTML page."""

import json
from dataclasses import asdict
from pathlib import Path
from typing import Any, Literal

import click

from windvane.cli.evaluate.behaviour import print_behaviour
from windvane.cli.evaluate.evaluation_results import Evaluation, FileEvaluation
from windvane.cli.evaluate.evaluation_tables import print_file
from windvane.cli.messages import print_message
from windvane.evaluation.markdown_table import to_markdown
from windvane.evaluation.summary_table import summary_table
from windvane.rows.rejects import count_rows

Form = Literal["tables", "summary", "json"]


def show_evaluation(evaluation: Evaluation, form: Form) -> None:
    """Print the figures to stdout and how many rows were left out to stderr."""
    match form:
        case "json":
            click.echo(json.dumps(_to_json(evaluation), indent=2, ensure_ascii=False))
        case "summary":
            files = [file.figures for file in evaluation.files]
            click.echo(to_markdown(summary_table(files, evaluation.manifest.labels)))
        case "tables":
            for file in evaluation.files:
                print_file(file)
    if evaluation.behaviour and form != "json":
        print_behaviour(evaluation.behaviour)
    for file in evaluation.files:
        if file.rejected:
            print_message(f"{file.file}: {count_rows(file.rejected)} left out.", err=True)


def write_report(evaluation: Evaluation, path: Path, *, with_texts: bool) -> None:
    """Write the HTML page.

    Raises:
        OSError: The page cannot be written.
    """
    from windvane.evaluation.report.evaluation_page import build_page

    files = [file.figures for file in evaluation.files]
    page = build_page(evaluation.manifest, files, evaluation.behaviour, with_texts=with_texts)
    path.write_text(page, encoding="utf-8")
    print_message(f"Report: {path}", err=True)


def _to_json(evaluation: Evaluation) -> dict[str, Any]:
    manifest = evaluation.manifest
    figures: dict[str, Any] = {
        "bundle": {"name": manifest.name, "version": manifest.version},
        "files": [_file_to_json(file) for file in evaluation.files],
    }
    if evaluation.behaviour:
        figures["behaviour"] = evaluation.behaviour.as_json()
    return figures


def _file_to_json(file: FileEvaluation) -> dict[str, Any]:
    """Lift the figures of the bundle, and of each rival, to the level of their owner."""
    content = asdict(file.figures)
    for mistake in content["mistakes"]:
        del mistake["text"]  # JSON is stored and sent on, texts must not be
    for rival in content["rivals"]:
        rival |= rival.pop("figures")
    return {**content.pop("model"), **content, "file": file.file, "rejected": file.rejected}
