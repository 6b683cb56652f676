"""``windvane models compare``: two manifests, and their agreement."""

import json
from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

import click

from windvane.cli.models.model_agreement import Agreement
from windvane.cli.models.model_details import describe_fields, show_figure
from windvane.cli.models.model_listing import evaluated_files, to_json
from windvane.cli.models.model_places import FoundModel
from windvane.cli.rich_tables import build_rich_table, open_console
from windvane.evaluation.figure_table import Column, FigureTable, Row

_FIGURES = ("accuracy", "macro_recall", "ece")


def print_differences(
    models: Sequence[FoundModel], agreement: Agreement | None, *, as_json: bool
) -> None:
    """Print a table of both manifests, and one of the agreement; or JSON."""
    if as_json:
        content: dict[str, Any] = {"models": [to_json(model) for model in models]}
        if agreement:
            content["agreement"] = _agreement_json(agreement)
        click.echo(json.dumps(content, indent=2, ensure_ascii=False))
        return
    console = open_console()
    console.print(build_rich_table(_build_table(models), has_box=False))
    if agreement:
        console.print("", build_rich_table(_build_agreement_table(agreement), has_box=False))


def _build_table(models: Sequence[FoundModel]) -> FigureTable:
    """Show every field; a mark stands before those that differ."""
    columns = [{**describe_fields(model), **_describe_evaluation(model)} for model in models]
    names = list(dict.fromkeys(name for column in columns for name in column))
    rows: list[Row] = []
    for name in names:
        values = [column.get(name, "-") for column in columns]
        rows.append(("*" if len(set(values)) > 1 else "", name, *values))
    headings = [Column(model.uri) for model in models]
    return FigureTable([Column(""), Column(""), *headings], rows)


def _describe_evaluation(model: FoundModel) -> dict[str, str]:
    return {
        f"{file['file']}, {figure}": show_figure(file[figure])
        for file in evaluated_files(model.manifest)
        for figure in _FIGURES
        if figure in file
    }


def _build_agreement_table(agreement: Agreement) -> FigureTable:
    rows: list[Row] = [
        ("texts", f"{agreement.texts:,}"),
        ("same label", f"{agreement.same_label:,} ({agreement.same_label / agreement.texts:.2%})"),
        ("largest difference of a probability", f"{agreement.largest_gap:.4f}"),
        ("mean difference", f"{agreement.mean_gap:.4f}"),
        *((f"{one} to {other}", f"{count:,}") for (one, other), count in agreement.changes.items()),
    ]
    return FigureTable([Column(""), Column("", is_number=True)], rows)


def _agreement_json(agreement: Agreement) -> dict[str, Any]:
    changes = [
        {"first": one, "second": other, "texts": count}
        for (one, other), count in agreement.changes.items()
    ]
    return {**asdict(agreement), "changes": changes}
