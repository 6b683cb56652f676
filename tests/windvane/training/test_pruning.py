"""Pruning of feed-forward layers: what may go goes, and the rest makes up for what went."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest
import torch
from torch import nn

from model_export.checkpoint import Checkpoint, load_checkpoint
from tests.model_export.tiny_checkpoints import write_tiny_checkpoint
from windvane.inference.bundle_files import sha256_of
from windvane.training.errors import PruningError
from windvane.training.pruning import PruningOptions, prune_checkpoint

NEURONS = 64  # of each feed-forward layer of a tiny checkpoint
TEXTS = [f"We waited {i} minutes for table {i % 7}, and the waiter was {word}." for i in range(40)
         for word in ("rude", "kind", "away", "new", "late")]  # fmt: skip
OPTIONS = PruningOptions(neurons=NEURONS // 2, texts=TEXTS)


def linears(checkpoint: Checkpoint, name: str) -> list[nn.Linear]:
    return [
        module
        for path, module in checkpoint.model.named_modules()
        if path.endswith(name) and isinstance(module, nn.Linear)
    ]


def logits_of(checkpoint: Checkpoint) -> torch.Tensor:
    encoded = checkpoint.tokenizer(TEXTS, padding=True, return_tensors="pt")
    with torch.inference_mode():
        logits: torch.Tensor = checkpoint.model(**encoded).logits
    return logits


def write_redundant(folder: Path) -> Path:
    """Write a checkpoint of which every second neuron is half of a copy of the one before it."""
    write_tiny_checkpoint("bert", folder)
    checkpoint = load_checkpoint(str(folder))
    with torch.no_grad():
        for up in linears(checkpoint, "intermediate.dense"):
            up.weight[1::2], up.bias[1::2] = up.weight[::2], up.bias[::2]
    checkpoint.model.save_pretrained(folder)
    return folder


def test_neurons_that_repeat_others_go_and_no_answer_moves(tmp_path: Path) -> None:
    whole = write_redundant(tmp_path / "whole")

    losses = prune_checkpoint(whole, tmp_path / "pruned", OPTIONS)

    assert max(losses) < 0.002
    pruned = load_checkpoint(str(tmp_path / "pruned"))
    assert [up.out_features for up in linears(pruned, "intermediate.dense")] == [32, 32]
    assert pruned.config.intermediate_size == NEURONS // 2
    torch.testing.assert_close(
        logits_of(pruned), logits_of(load_checkpoint(str(whole))), atol=0.05, rtol=0
    )


def test_rest_makes_up_for_what_went(tmp_path: Path) -> None:
    """The same neurons with their old weights are further from the whole checkpoint."""
    whole_folder = write_tiny_checkpoint("bert", tmp_path / "whole")

    prune_checkpoint(whole_folder, tmp_path / "pruned", replace(OPTIONS, neurons=48))

    whole, pruned = (load_checkpoint(str(tmp_path / name)) for name in ("whole", "pruned"))
    unfitted = load_checkpoint(str(tmp_path / "pruned"))
    ups = [linears(each, "intermediate.dense") for each in (whole, pruned)]
    downs = [linears(each, "layer.0.output.dense")
             + linears(each, "layer.1.output.dense") for each in (whole, unfitted)]  # fmt: skip
    downs = [[down for down in each if down.in_features != down.out_features] for each in downs]
    with torch.no_grad():
        for whole_up, up, whole_down, down in zip(*ups, *downs, strict=True):
            rows = [tuple(row) for row in whole_up.weight.tolist()]
            kept = [rows.index(tuple(row)) for row in up.weight.tolist()]
            down.weight[:], down.bias[:] = whole_down.weight[:, kept], whole_down.bias
    gaps = [(logits_of(each) - logits_of(whole)).square().mean() for each in (pruned, unfitted)]
    assert gaps[0] < 0.5 * gaps[1]


@pytest.mark.parametrize(
    "family", ["distilbert", "roberta", "xlm-roberta", "deberta-v3", "electra"]
)
def test_family_is_pruned(family: str, tmp_path: Path) -> None:
    whole = write_tiny_checkpoint(family, tmp_path / "whole")

    losses = prune_checkpoint(whole, tmp_path / "pruned", replace(OPTIONS, neurons=60))

    assert len(losses) == 2
    assert all(0 <= loss < 1 for loss in losses)
    assert logits_of(load_checkpoint(str(tmp_path / "pruned"))).isfinite().all()


@pytest.mark.parametrize("family", ["albert", "modernbert"])
def test_family_whose_layers_are_others_is_refused(family: str, tmp_path: Path) -> None:
    whole = write_tiny_checkpoint(family, tmp_path / "whole")

    with pytest.raises(PruningError, match=r"whole cannot be pruned: .* one pair a layer"):
        prune_checkpoint(whole, tmp_path / "pruned", OPTIONS)

    assert not (tmp_path / "pruned").exists()


def test_as_many_neurons_as_there_are_is_refused(tmp_path: Path) -> None:
    whole = write_tiny_checkpoint("bert", tmp_path / "whole")

    with pytest.raises(PruningError, match="have 64 neurons; keep fewer"):
        prune_checkpoint(whole, tmp_path / "pruned", replace(OPTIONS, neurons=NEURONS))


def test_one_text_is_enough_for_a_checkpoint_that_can_be_loaded(tmp_path: Path) -> None:
    whole = write_tiny_checkpoint("bert", tmp_path / "whole")

    losses = prune_checkpoint(whole, tmp_path / "pruned", replace(OPTIONS, texts=["Fine."]))

    assert all(0 <= loss < 1 for loss in losses)
    assert logits_of(load_checkpoint(str(tmp_path / "pruned"))).isfinite().all()


def test_layer_that_moves_no_answer_is_pruned_too(tmp_path: Path) -> None:
    whole = write_tiny_checkpoint("bert", tmp_path / "whole")
    checkpoint = load_checkpoint(str(whole))
    with torch.no_grad():
        checkpoint.model.classifier.weight.zero_()
    checkpoint.model.save_pretrained(whole)

    losses = prune_checkpoint(whole, tmp_path / "pruned", OPTIONS)

    assert losses == [0.0, 0.0]
    assert logits_of(load_checkpoint(str(tmp_path / "pruned"))).isfinite().all()


def test_same_texts_and_seed_give_the_same_weights(tmp_path: Path) -> None:
    whole = write_tiny_checkpoint("bert", tmp_path / "whole")

    for name in ("first", "second"):
        prune_checkpoint(whole, tmp_path / name, replace(OPTIONS, half=True))

    first, second = (tmp_path / name / "model.safetensors" for name in ("first", "second"))
    assert sha256_of(first) == sha256_of(second)
    assert first.stat().st_size < (tmp_path / "whole" / "model.safetensors").stat().st_size


def test_record_says_what_was_pruned_and_how_that_was_trained(tmp_path: Path) -> None:
    whole = write_tiny_checkpoint("bert", tmp_path / "whole")
    (whole / "training.json").write_text('{"settings": {"seed": 7}}', encoding="utf-8")

    losses = prune_checkpoint(whole, tmp_path / "pruned", replace(OPTIONS, normalization="social"))

    record = json.loads((tmp_path / "pruned" / "training.json").read_text(encoding="utf-8"))
    assert record["before"] == {"settings": {"seed": 7}}
    assert record["pruned"] == {
        "name": "whole",
        "sha256": sha256_of(whole / "model.safetensors"),
        "losses": losses,
    }
    assert (record["neurons"], record["texts"]) == (32, len(TEXTS))
    assert record["normalization"] == "social"
