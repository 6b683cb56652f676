"""An evaluation shown: tables, JSON, or one page of HTML."""

import json
from dataclasses import asdict
from pathlib import Path
from typing import Any

import click

from windvane.cli.evaluate.behaviour import print_behaviour
from windvane.cli.evaluate.command import EvaluateOptions
from windvane.cli.evaluate.evaluation_results import Evaluation, FileEvaluation
from windvane.cli.evaluate.evaluation_tables import print_file
from windvane.rows.rejects import count_rows


def write_evaluation(evaluation: Evaluation, options: EvaluateOptions) -> None:
    """Show the figures in every form that was asked for.

    Raises:
        OSError: The page cannot be written.
    """
    if options["report"]:  # first: what reads the tables may stop early
        _write_page(evaluation, options["report"], with_texts=not options["no_texts"])
    if options["as_json"]:
        click.echo(json.dumps(_to_json(evaluation), indent=2, ensure_ascii=False))
    else:
        _print_tables(evaluation)
    for file in evaluation.files:
        if file.rejected:
            click.echo(f"{file.file}: {count_rows(file.rejected)} left out.", err=True)


def _print_tables(evaluation: Evaluation) -> None:
    for file in evaluation.files:
        print_file(file)
    if evaluation.behaviour:
        print_behaviour(evaluation.behaviour)


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
    """Give the bundle's figures as the file's own, and those of each rival as the rival's."""
    content = asdict(file.figures)
    for mistake in content["mistakes"]:
        del mistake["text"]  # figures are kept and sent; the texts stay where they are
    for rival in content["rivals"]:
        rival |= rival.pop("figures")
    return {**content.pop("model"), **content, "file": file.file, "rejected": file.rejected}


def _write_page(evaluation: Evaluation, path: Path, *, with_texts: bool) -> None:
    from windvane.evaluation.report.page import build_page

    files = [file.figures for file in evaluation.files]
    page = build_page(evaluation.manifest, files, evaluation.behaviour, with_texts=with_texts)
    path.write_text(page, encoding="utf-8")
    click.echo(f"Report: {path}", err=True)
