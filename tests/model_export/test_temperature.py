"""The temperature: fitted to labelled texts, written to the manifest, part of the parity check."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from scipy import optimize

from model_export.checkpoint import Checkpoint
from model_export.errors import ConversionError
from model_export.export import ExportOptions, export_bundle
from model_export.parity import ParityReport
from model_export.progress import untracked
from model_export.temperature import fit_temperature
from tests.model_export.shipped_texts import ACTIVATION_TEXTS, PARITY_TEXTS
from windvane.evaluation.calibration import expected_calibration_error, to_probabilities
from windvane.inference.bundle import load_bundle
from windvane.inference.manifest import Manifest
from windvane.rows.labelled_set import LabelledSet


def export(
    checkpoint: Checkpoint, folder: Path, held_out: list[LabelledSet]
) -> tuple[Manifest, ParityReport]:
    options = ExportOptions(
        parity_texts=PARITY_TEXTS[:8],
        activation_texts=ACTIVATION_TEXTS[:8],
        scheme="fp32",
        held_out=held_out,
    )
    return export_bundle(checkpoint, folder, options, untracked)


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


@pytest.mark.parametrize("temperature", [0.5, 1.0, 2.5])
def test_fit_temperature_finds_the_one_that_the_labels_were_drawn_with(temperature: float) -> None:
    random = np.random.default_rng(7)
    logits = random.normal(size=(20_000, 3)) * 2
    probabilities = to_probabilities(logits, temperature)
    truths = (probabilities.cumsum(axis=1) < random.random((20_000, 1))).sum(axis=1)

    assert fit_temperature([logits], [truths]) == pytest.approx(temperature, rel=0.05)


def test_fit_temperature_is_as_likely_as_what_scipy_finds_and_better_calibrated() -> None:
    random = np.random.default_rng(11)
    logits, truths = random.normal(size=(500, 3)), random.integers(0, 3, size=500)
    truths[:300] = logits[:300].argmax(axis=1)

    def loss(temperature: float) -> float:
        return float(-np.log(to_probabilities(logits, temperature)[np.arange(500), truths]).mean())

    def error(temperature: float) -> float:
        return expected_calibration_error(to_probabilities(logits, temperature), truths)

    likeliest = optimize.minimize_scalar(loss, bounds=(0.05, 20), method="bounded").x

    fitted = fit_temperature([logits], [truths])

    assert loss(fitted) <= loss(likeliest) * 1.003
    assert error(fitted) < error(likeliest)


def test_fit_temperature_looks_at_the_worst_file() -> None:
    """Two files that no one temperature suits: the one that is worse off decides."""
    random = np.random.default_rng(13)
    files = []
    for true_temperature in (1.0, 1.15):
        logits = random.normal(size=(20_000, 3)) * 2
        probabilities = to_probabilities(logits, true_temperature)
        truths = (probabilities.cumsum(axis=1) < random.random((20_000, 1))).sum(axis=1)
        files.append((logits, truths))

    fitted = fit_temperature(*zip(*files, strict=True))

    errors = [
        expected_calibration_error(to_probabilities(logits, fitted), truths)
        for logits, truths in files
    ]
    assert errors[0] == pytest.approx(errors[1], abs=0.002)


def test_fit_temperature_counts_every_file_the_same() -> None:
    sure_and_right = np.array([[4.0, 0.0]]), np.array([0])
    sure_and_half_wrong = np.array([[4.0, 0.0], [4.0, 0.0]]), np.array([0, 1])
    often = np.tile(sure_and_right[0], (1000, 1)), np.zeros(1000, dtype=np.int64)

    once = fit_temperature(*zip(sure_and_right, sure_and_half_wrong, strict=True))

    assert fit_temperature(*zip(often, sure_and_half_wrong, strict=True)) == once
