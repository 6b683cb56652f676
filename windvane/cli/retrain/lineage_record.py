"""Writes the lineage and the figures of a challenger into its manifest."""

import shlex
import sys
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from msgspec.structs import replace

from windvane.evaluation.gate.gate_checks import GateCheck
from windvane.evaluation.gate.gate_file import Gate
from windvane.evaluation.gate.gate_page import GatePage
from windvane.inference.lineage import MOST_COMMAND_CHARS, DataFile, GateLimit, Lineage
from windvane.inference.manifest import read_manifest, write_manifest
from windvane.inference.reference_profile import ReferenceProfile

_DIGITS = 6


def build_lineage(
    page: GatePage, gate: Gate, data: Sequence[DataFile], *, created_at: datetime
) -> Lineage:
    """Build the lineage of a challenger from what the gate decided."""
    command = shlex.join(["windvane", *sys.argv[1:]])
    return Lineage(
        parent=page.comparison.manifests.champion.version,
        created_at=created_at.isoformat(timespec="seconds").replace("+00:00", "Z"),
        command=command[:MOST_COMMAND_CHARS],
        data=list(data),
        gate_sha256=gate.sha256,
        gate=[_to_limit(check) for check in page.checks],
    )


def write_lineage(
    bundle: Path, lineage: Lineage, page: GatePage, profile: ReferenceProfile | None
) -> None:
    """Write lineage, figures and profile into the manifest; the bundle's version does not change.

    Raises:
        OSError: The manifest cannot be written.
    """
    manifest = read_manifest(bundle)
    evaluation = {**manifest.evaluation, "files": _describe_files(page)}
    write_manifest(
        bundle, replace(manifest, lineage=lineage, evaluation=evaluation, profile=profile)
    )


def _describe_files(page: GatePage) -> list[dict[str, Any]]:
    return [
        {
            "file": figures.file,
            "sha256": figures.sha256,
            "texts": figures.model.metrics.texts,
            "accuracy": round(figures.model.metrics.accuracy, _DIGITS),
            "macro_recall": round(figures.model.metrics.macro_recall, _DIGITS),
            "ece": round(figures.model.calibration.ece, _DIGITS),
        }
        for figures in page.comparison.files.values()
    ]


def _to_limit(check: GateCheck) -> GateLimit:
    figure = check.figure
    return GateLimit(
        figure.table,
        figure.metric,
        check.limit,
        check.bound,
        figure.champion,
        figure.challenger,
        check.kept,
    )
