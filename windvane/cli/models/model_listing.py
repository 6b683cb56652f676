"""``windvane models list``: a row for each bundle."""

import json
from collections.abc import Sequence
from typing import Any

import click

from windvane.cli.models.model_places import FoundModel
from windvane.cli.rich_tables import build_rich_table, open_console
from windvane.evaluation.figure_table import Column, FigureTable, Row, number_columns
from windvane.inference.manifest import Manifest


def print_models(models: Sequence[FoundModel], *, as_json: bool) -> None:
    """Print a table, or JSON."""
    if as_json:
        click.echo(json.dumps([to_json(model) for model in models], indent=2, ensure_ascii=False))
        return
    open_console().print(build_rich_table(_build_table(models), has_box=False))


def to_json(model: FoundModel) -> dict[str, Any]:
    """Build the JSON of one bundle."""
    manifest = model.manifest
    lineage = manifest.lineage
    return {
        "version": manifest.version,
        "name": manifest.name,
        "uri": model.uri,
        "made_at": model.made_at,
        "parent": lineage.parent if lineage else None,
        "gate_kept": lineage.is_kept if lineage and lineage.gate else None,
        "bytes": count_bytes(manifest),
        "quantization": manifest.quantization,
        "labels": list(manifest.labels),
        "evaluation": manifest.evaluation,
    }


def count_bytes(manifest: Manifest) -> int:
    """Add up the sizes of a bundle's files."""
    return sum(record.bytes for record in manifest.files.values())


def evaluated_files(manifest: Manifest) -> list[dict[str, Any]]:
    """Return the figures of each evaluation file; of an export those of its calibration.

    A manifest's evaluation has no fixed shape, so whatever is no figure of a file is left out.
    """
    for key in ("files", "calibration"):
        files = manifest.evaluation.get(key)
        if isinstance(files, list) and files:
            return [file for file in files if isinstance(file, dict) and "file" in file]
    return []


def describe_gate(manifest: Manifest) -> str:
    """Say what the gate decided; a dash if none was asked."""
    lineage = manifest.lineage
    if lineage is None or not lineage.gate:
        return "-"
    broken = sum(not limit.kept for limit in lineage.gate)
    return f"{broken} broken" if broken else "kept"


def _build_table(models: Sequence[FoundModel]) -> FigureTable:
    rows: list[Row] = [
        (
            model.manifest.version,
            model.manifest.name,
            model.made_at,
            model.manifest.lineage.parent if model.manifest.lineage else "-",
            f"{count_bytes(model.manifest) / 1e6:.1f}",
            model.manifest.quantization,
            describe_gate(model.manifest),
            _describe_evaluation(model.manifest),
            model.uri,
        )
        for model in models
    ]
    columns = [
        Column("version"),
        Column("name"),
        Column("date, UTC"),
        Column("parent"),
        *number_columns("MB"),
        Column("scheme"),
        Column("gate"),
        Column("accuracy, else ECE"),
        Column("place"),
    ]
    return FigureTable(columns, rows)


def _describe_evaluation(manifest: Manifest) -> str:
    return ", ".join(map(_describe_file, evaluated_files(manifest))) or "-"


def _describe_file(file: dict[str, Any]) -> str:
    accuracy, ece = file.get("accuracy"), file.get("ece")
    if isinstance(accuracy, float | int):
        return f"{file['file']} {accuracy:.2%}"
    return f"{file['file']} {ece}"
