"""Learning rates: by layer, and over the steps."""

from __future__ import annotations

from pathlib import Path

import pytest

from windvane.training.base_model import load_base
from windvane.training.optimizer import build_optimizer, build_schedule
from windvane.training.settings import TrainingSettings

SETTINGS = TrainingSettings(learning_rate=0.01, layer_decay=0.5, weight_decay=0.1)
LABELS = ["negative", "neutral", "positive"]


def test_build_optimizer_lets_lower_layers_learn_more_slowly(tiny_base: Path) -> None:
    model = load_base(str(tiny_base), LABELS, 1).model
    names = [name for name, _ in model.named_parameters()]

    groups = build_optimizer(model, SETTINGS).param_groups

    rate = {name: group["lr"] for name, group in zip(names, groups, strict=True)}
    assert rate["classifier.weight"] == 0.01
    assert rate["bert.encoder.layer.1.output.dense.weight"] == 0.01
    assert rate["bert.encoder.layer.0.output.dense.weight"] == 0.005
    assert rate["bert.embeddings.word_embeddings.weight"] == 0.0025


def test_build_optimizer_shrinks_matrices_only(tiny_base: Path) -> None:
    model = load_base(str(tiny_base), LABELS, 1).model

    groups = build_optimizer(model, SETTINGS).param_groups

    decayed = {group["params"][0].ndim: group["weight_decay"] for group in groups}
    assert decayed == {1: 0.0, 2: 0.1}


def test_build_schedule_rises_then_falls_to_nothing(tiny_base: Path) -> None:
    optimizer = build_optimizer(load_base(str(tiny_base), LABELS, 1).model, SETTINGS)
    schedule = build_schedule(optimizer, 10, 0.2)

    rates = []
    for _ in range(10):
        rates.append(optimizer.param_groups[-1]["lr"])
        optimizer.step()
        schedule.step()

    assert rates[:3] == pytest.approx([0.005, 0.01, 0.01])
    assert rates == sorted(rates[:2]) + sorted(rates[2:], reverse=True)
    assert optimizer.param_groups[-1]["lr"] == pytest.approx(0)
