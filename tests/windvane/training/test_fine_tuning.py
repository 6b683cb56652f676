"""A run learns, returns the best weights, continues after a kill, and is reproducible."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import torch

from model_export.progress import untracked
from tests.windvane.training.labelled_sets import build_easy_set, build_set
from windvane.training.errors import ResumeError
from windvane.training.fine_tuning import fine_tune
from windvane.training.plan import TrainingPlan
from windvane.training.preparation import prepare
from windvane.training.run_state import STATE_FILE, RunProgress
from windvane.training.settings import TrainingSettings

SETTINGS = TrainingSettings(
    epochs=16, batch_texts=6, learning_rate=0.002, averaging=0.5, evaluations=1, patience=100
)
STEPS = 80


class CutError(Exception):
    """The run was killed."""


class RecordingCallback:
    """Records its calls, and kills the run after a step."""

    def __init__(self, cut_at: int | None = None) -> None:
        self.losses: list[float] = []
        self.bests: list[bool] = []
        self._cut_at = cut_at

    def on_step(self, step: int, steps: int, loss: float) -> None:
        assert steps == STEPS
        self.losses.append(loss)
        if step == self._cut_at:
            raise CutError

    def on_evaluation(self, record: dict[str, Any], *, is_best: bool) -> None:
        self.bests.append(is_best)


def plan_with(base: Path, settings: TrainingSettings = SETTINGS) -> TrainingPlan:
    return TrainingPlan(
        base=str(base),
        labels=("negative", "neutral", "positive"),
        sources=[build_easy_set()],
        development=[build_easy_set("dev.csv")],
        settings=settings,
    )


def run(
    plan: TrainingPlan, folder: Path, callback: RecordingCallback
) -> tuple[RunProgress, dict[str, Any]]:
    folder.mkdir(exist_ok=True)
    prepared = prepare(plan, folder, untracked)
    progress = fine_tune(prepared.run, callback)
    return progress, prepared.run.model.state_dict()


def test_fine_tune_learns(tiny_base: Path, tmp_path: Path) -> None:
    callback = RecordingCallback()

    progress, _ = run(plan_with(tiny_base), tmp_path, callback)

    assert callback.losses[-1] < callback.losses[0] * 0.8
    assert progress.best > 0.9
    assert [record["step"] for record in progress.history] == list(range(5, 81, 5))


def test_fine_tune_gives_the_same_weights_each_time(tiny_base: Path, tmp_path: Path) -> None:
    _, first = run(plan_with(tiny_base), tmp_path / "first", RecordingCallback())
    _, second = run(plan_with(tiny_base), tmp_path / "second", RecordingCallback())

    assert all(torch.equal(first[name], second[name]) for name in first)


def test_fine_tune_continues_where_it_was_killed(tiny_base: Path, tmp_path: Path) -> None:
    whole, expected = run(plan_with(tiny_base), tmp_path / "whole", RecordingCallback())
    with pytest.raises(CutError):
        run(plan_with(tiny_base), tmp_path / "cut", RecordingCallback(cut_at=17))
    callback = RecordingCallback()

    resumed, weights = run(plan_with(tiny_base), tmp_path / "cut", callback)

    assert len(callback.losses) == 65  # from the last evaluation, at step 15
    assert [record["macro_recall"] for record in resumed.history] == [
        record["macro_recall"] for record in whole.history
    ]
    assert all(torch.equal(weights[name], expected[name]) for name in expected)


def test_fine_tune_stops_when_it_gets_no_better(tiny_base: Path, tmp_path: Path) -> None:
    settings = replace(SETTINGS, learning_rate=1e-9, patience=2)

    progress, _ = run(plan_with(tiny_base, settings), tmp_path, callback := RecordingCallback())

    assert callback.bests == [True, False, False]
    assert progress.step == 15


def test_fine_tune_refuses_the_state_of_another_run(tiny_base: Path, tmp_path: Path) -> None:
    with pytest.raises(CutError):
        run(plan_with(tiny_base), tmp_path, RecordingCallback(cut_at=7))
    other = plan_with(tiny_base, replace(SETTINGS, seed=2))

    with pytest.raises(ResumeError, match="other settings or data") as refused:
        run(other, tmp_path, RecordingCallback())

    assert STATE_FILE in str(refused.value)


def test_fine_tune_learns_nothing_about_a_label_that_the_file_ignores(
    tiny_base: Path, tmp_path: Path
) -> None:
    plan = plan_with(tiny_base, replace(SETTINGS, weight_decay=0))
    source = build_set(
        [*["I love it."] * 15, *["I hate it."] * 15],
        [*["positive"] * 15, *["negative"] * 15],
        ignored=("neutral",),
    )
    before = prepare(plan, tmp_path, untracked).run.model.state_dict()["classifier.weight"]

    _, weights = run(replace(plan, sources=[source]), tmp_path, RecordingCallback())

    after = weights["classifier.weight"]
    assert torch.equal(after[1], before[1])
    assert not torch.equal(after[0], before[0])


def test_fine_tune_leaves_frozen_embeddings_as_they_are(tiny_base: Path, tmp_path: Path) -> None:
    plan = plan_with(tiny_base, replace(SETTINGS, freeze_embeddings=True))
    before = prepare(plan, tmp_path, untracked).run.model.state_dict()

    _, after = run(plan, tmp_path, RecordingCallback())

    embeddings = "bert.embeddings.word_embeddings.weight"
    assert torch.equal(before[embeddings], after[embeddings])
    assert not torch.equal(before["classifier.weight"], after["classifier.weight"])
