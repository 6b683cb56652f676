"""``windvane models show``: the manifest of one bundle."""

import json
from collections.abc import Iterator

import click
import msgspec
from rich.text import Text

from windvane.cli.models.model_listing import count_bytes, describe_gate, evaluated_files
from windvane.cli.models.model_places import FoundModel
from windvane.cli.rich_tables import build_rich_table, open_console
from windvane.evaluation.figure_table import Column, FigureTable, number_columns
from windvane.inference.bundle_files import LANGUAGE_FILE
from windvane.inference.manifest import Manifest
from windvane.rows.terminal_text import escape_line

_FIGURES = ("texts", "accuracy", "macro_recall", "ece")
_HASH_DIGITS = 12


def print_model(model: FoundModel, *, as_json: bool) -> None:
    """Print tables, or the manifest's JSON."""
    if as_json:
        manifest = msgspec.to_builtins(model.manifest)
        content = {"uri": model.uri, "made_at": model.made_at, "manifest": manifest}
        click.echo(json.dumps(content, indent=2, ensure_ascii=False))
        return
    console = open_console()
    for heading, table in _build_tables(model):
        console.print(Text(escape_line(heading), "bold"), soft_wrap=True)
        console.print(build_rich_table(table, has_box=False), "")


def describe_fields(model: FoundModel) -> dict[str, str]:
    """Describe the fields that a comparison shows, by name."""
    manifest = model.manifest
    lineage = manifest.lineage
    return {
        "version": manifest.version,
        "name": manifest.name,
        "date": model.made_at,
        "parent": lineage.parent if lineage else "-",
        "labels": ", ".join(manifest.labels),
        "languages": ", ".join(manifest.languages or ()) or "-",
        "language test": "yes" if LANGUAGE_FILE in manifest.files else "-",
        "reference profile": f"{manifest.profile.texts:,} texts" if manifest.profile else "-",
        "window, tokens": f"{manifest.longest_window_tokens:,}",
        "normalization": manifest.normalization or "-",
        "scheme": manifest.quantization,
        "temperature": f"{manifest.temperature:g}",
        "offsets": describe_offsets(manifest),
        "size, MB": f"{count_bytes(manifest) / 1e6:.2f}",
        "checkpoint": str(manifest.source.get("checkpoint") or "-"),
        "licence": str(manifest.source.get("licence") or "-"),
        "gate": describe_gate(manifest),
    }


def describe_offsets(manifest: Manifest) -> str:
    """Name each label with what is added to its logit; a dash if nothing is."""
    if manifest.offsets is None:
        return "-"
    pairs = zip(manifest.labels, manifest.offsets.values, strict=True)
    return ", ".join(f"{label} {value:+.2f}" for label, value in pairs)


def _build_tables(model: FoundModel) -> Iterator[tuple[str, FigureTable]]:
    manifest = model.manifest
    fields = [*describe_fields(model).items(), ("place", model.uri)]
    yield manifest.model_id, FigureTable([Column(""), Column("")], fields)
    if files := evaluated_files(manifest):
        rows = [
            (str(file["file"]), *(show_figure(file.get(figure)) for figure in _FIGURES))
            for file in files
        ]
        yield "Evaluation", FigureTable([Column("file"), *number_columns(*_FIGURES)], rows)
    if manifest.lineage:
        yield from _build_lineage_tables(manifest)


def _build_lineage_tables(manifest: Manifest) -> Iterator[tuple[str, FigureTable]]:
    lineage = manifest.lineage
    if lineage is None:
        return
    yield "Made by", FigureTable([Column("")], [[lineage.command]])
    data = [
        (each.role, each.file, f"{each.texts:,}", each.sha256[:_HASH_DIGITS])
        for each in lineage.data
    ]
    columns = [Column("role"), Column("file"), *number_columns("texts"), Column("sha256")]
    yield "Data", FigureTable(columns, data)
    if not lineage.gate:
        return
    limits = [
        (
            each.table,
            each.metric,
            show_figure(each.champion),
            show_figure(each.challenger),
            f"{each.limit} {each.bound:g}",
            "kept" if each.kept else "broken",
        )
        for each in lineage.gate
    ]
    numbers = number_columns("champion", "challenger")
    columns = [Column("table"), Column("metric"), *numbers, Column("limit"), Column("")]
    yield "Gate", FigureTable(columns, limits)


def show_figure(value: object) -> str:
    """Show a number of a manifest; a dash for whatever is none."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return "-"
    return f"{value:,}" if isinstance(value, int) else f"{value:.4f}"
