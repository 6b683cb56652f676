"""An export writes a verified bundle, or nothing."""

from collections.abc import Callable, Iterable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import torch

from model_export.checkpoint import Checkpoint, load_checkpoint, quiet
from model_export.errors import ExportError, ParityError
from model_export.export import ExportOptions, export_bundle
from model_export.progress import untracked
from model_export.schemes import SCHEMES
from tests.model_export.exported import ExportTiny
from tests.model_export.shipped_texts import ACTIVATION_TEXTS, PARITY_TEXTS
from windvane.inference.bundle import load_bundle
from windvane.inference.errors import InferenceError

OPTIONS = ExportOptions(parity_texts=PARITY_TEXTS, activation_texts=ACTIVATION_TEXTS, scheme="fp32")


class Progress:
    """Records each description with the announced and the actual number of items."""

    def __init__(self) -> None:
        self.steps: dict[str, tuple[int, int]] = {}

    def track(self, iterable: Iterable[Any], *, description: str, total: int) -> Iterable[Any]:
        items = list(iterable)
        self.steps[description] = (total, len(items))
        return items


@pytest.mark.parametrize("scheme", SCHEMES)
def test_export_bundle_by_each_scheme(export_tiny: ExportTiny, scheme: str) -> None:
    exported = export_tiny("bert", 3, scheme)

    bundle = load_bundle(exported.folder)

    assert bundle.manifest.quantization == scheme
    assert exported.report.texts == len(PARITY_TEXTS)
    assert exported.report.largest_gap < SCHEMES[scheme].tolerance


def test_export_bundle_gives_the_same_bundle_again(
    export_tiny: ExportTiny, bert: Checkpoint, tmp_path: Path
) -> None:
    first = export_tiny("bert", 3, "int8").manifest

    again, _ = export_bundle(bert, tmp_path / "again", replace(OPTIONS, scheme="int8"), untracked)

    assert again.version == first.version


def test_export_bundle_shows_its_progress(bert: Checkpoint, tmp_path: Path) -> None:
    progress = Progress()

    export_bundle(bert, tmp_path / "bundle", replace(OPTIONS, scheme="int8"), progress.track)

    assert list(progress.steps) == ["Exporting to ONNX", "Quantizing", "Comparing with torch"]
    assert all(total == items for total, items in progress.steps.values())


def test_export_bundle_names_it_as_asked(bert: Checkpoint, tmp_path: Path) -> None:
    options = replace(OPTIONS, name="mine", licence="MIT")

    manifest, _ = export_bundle(bert, tmp_path / "bundle", options, untracked)

    assert (manifest.name, manifest.source["licence"]) == ("mine", "MIT")


def test_export_bundle_lists_every_text_beyond_the_tolerance(
    bert: Checkpoint, tmp_path: Path
) -> None:
    options = replace(OPTIONS, scheme="int8-plain", tolerance=0.0)

    with pytest.raises(ParityError) as raised:
        export_bundle(bert, tmp_path / "bundle", options, untracked)

    first, *lines = str(raised.value).splitlines()
    assert first.startswith(f"{len(PARITY_TEXTS)} of {len(PARITY_TEXTS)} texts differ by more")
    assert "--tolerance" in first
    assert all(any(line.endswith(text) for line in lines) for text in PARITY_TEXTS)
    gaps = [float(line.split()[2]) for line in lines]
    assert gaps == sorted(gaps, reverse=True)
    assert list(tmp_path.iterdir()) == []


def test_export_bundle_leaves_the_older_bundle_after_an_error(
    export_tiny: ExportTiny, bert: Checkpoint, tmp_path: Path
) -> None:
    folder = tmp_path / "bundle"
    older, _ = export_bundle(bert, folder, OPTIONS, untracked)

    with pytest.raises(ParityError):
        export_bundle(bert, folder, replace(OPTIONS, scheme="int8", tolerance=0.0), untracked)

    assert load_bundle(folder).manifest == older
    assert [path.name for path in tmp_path.iterdir()] == ["bundle"]


def test_export_bundle_replaces_the_older_bundle(bert: Checkpoint, tmp_path: Path) -> None:
    folder = tmp_path / "bundle"
    export_bundle(bert, folder, OPTIONS, untracked)

    newer, _ = export_bundle(bert, folder, replace(OPTIONS, scheme="fp16"), untracked)

    assert load_bundle(folder).manifest == newer


def with_few_embeddings(checkpoint: Checkpoint) -> Checkpoint:
    """The checkpoint with fewer rows in its embedding table than its tokenizer has tokens."""
    broken = load_checkpoint(checkpoint.name)
    with quiet():
        broken.model.resize_token_embeddings(20)
    return broken


def with_overflow(checkpoint: Checkpoint) -> Checkpoint:
    """The checkpoint with finite weights whose products are not."""
    broken = load_checkpoint(checkpoint.name)
    with torch.no_grad():
        broken.model.bert.encoder.layer[0].attention.output.dense.weight.fill_(1e38)
    return broken


@pytest.mark.parametrize(
    ("breaking", "scheme", "fault"),
    [
        (with_few_embeddings, "int8", "Quantizing the weights failed: "),
        (with_few_embeddings, "fp32", "has more tokens than the 20 that the model knows."),
        (with_overflow, "int8", "The checkpoint overflows on a text used for activation ranges"),
        (with_overflow, "fp32", "a logit that is not finite"),
    ],
)
def test_export_bundle_says_in_a_sentence_what_failed(
    bert: Checkpoint,
    tmp_path: Path,
    breaking: Callable[[Checkpoint], Checkpoint],
    scheme: str,
    fault: str,
) -> None:
    broken = breaking(bert)

    with pytest.raises((ExportError, InferenceError)) as raised:
        export_bundle(broken, tmp_path / "bundle", replace(OPTIONS, scheme=scheme), untracked)

    assert fault in str(raised.value)
    assert "\n" not in str(raised.value)
    assert list(tmp_path.iterdir()) == []
