"""The temperature: fitted to labelled texts, kept in the manifest, and held by both sides."""

from __future__ import annotations

from pathlib import Path

import pytest

from model_export.checkpoint import Checkpoint
from model_export.errors import ConversionError
from model_export.export import ExportOptions, export_bundle
from model_export.parity import ParityReport
from tests.model_export.exported import track
from tests.model_export.shipped_texts import CALIBRATION_TEXTS, PARITY_TEXTS
from windvane.evaluation.labelled_set import LabelledSet
from windvane.inference.bundle import load_bundle
from windvane.inference.manifest import Manifest


def export(
    checkpoint: Checkpoint, folder: Path, held_out: list[LabelledSet]
) -> tuple[Manifest, ParityReport]:
    options = ExportOptions(
        parity_texts=PARITY_TEXTS[:8],
        calibration_texts=CALIBRATION_TEXTS[:8],
        scheme="fp32",
        held_out=held_out,
    )
    return export_bundle(checkpoint, folder, options, track)


def label_all(label: str) -> LabelledSet:
    texts = PARITY_TEXTS[:12]
    return LabelledSet("held-out.csv", "0" * 64, texts, [label] * 12, range(12))


def test_export_fits_the_temperature_and_keeps_it(bert: Checkpoint, tmp_path: Path) -> None:
    plain, _ = export(bert, tmp_path / "plain", [])

    fitted, report = export(bert, tmp_path / "fitted", [label_all("negative")])

    [figures] = fitted.evaluation["calibration"]
    assert plain.temperature == 1
    assert fitted.temperature != 1
    assert fitted.version != plain.version
    assert (figures["file"], figures["texts"]) == ("held-out.csv", 12)
    assert load_bundle(tmp_path / "fitted").manifest == fitted
    assert report.largest_gap < 1e-3  # the checkpoint in torch is held to the same temperature


def test_export_refuses_labels_that_the_checkpoint_lacks(bert: Checkpoint, tmp_path: Path) -> None:
    with pytest.raises(ConversionError, match='has the label "mixed"'):
        export(bert, tmp_path / "made", [label_all("mixed")])

    assert not (tmp_path / "made").exists()
