"""From labelled files to a checkpoint, with the baseline and the record beside it."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from model_export.checkpoint import load_checkpoint
from model_export.errors import CheckpointError
from model_export.progress import untracked
from tests.model_export.tiny_checkpoints import write_tiny_checkpoint
from tests.windvane.training.labelled_sets import build_easy_set
from tests.windvane.training.test_fine_tuning import SETTINGS, RecordingCallback
from windvane.training.errors import TeacherError
from windvane.training.hardware import Hardware
from windvane.training.naive_bayes import load_naive_bayes
from windvane.training.plan import TrainingPlan
from windvane.training.teachers import Teachers
from windvane.training.train import BASELINE_FILE, train

LABELS = ("negative", "neutral", "positive")


@pytest.fixture
def plan(tiny_base: Path, tmp_path: Path) -> TrainingPlan:
    return TrainingPlan(
        base=str(tiny_base),
        labels=LABELS,
        sources=[build_easy_set()],
        development=[build_easy_set("dev.csv")],
        teacher_cache=tmp_path / "teachers",
        settings=SETTINGS,
    )


def test_train_writes_a_checkpoint_that_can_be_exported(plan: TrainingPlan, tmp_path: Path) -> None:
    train(plan, tmp_path / "made", RecordingCallback(), untracked)

    checkpoint = load_checkpoint(str(tmp_path / "made"))
    assert tuple(checkpoint.id2label.values()) == LABELS
    assert load_naive_bayes(tmp_path / "made" / BASELINE_FILE).labels == LABELS
    assert not list((tmp_path / "made").glob("*.pt"))


def test_train_puts_on_record_what_the_checkpoint_was_made_of(
    plan: TrainingPlan, tmp_path: Path
) -> None:
    train(plan, tmp_path / "made", RecordingCallback(), untracked)

    record = json.loads((tmp_path / "made" / "training.json").read_text(encoding="utf-8"))
    assert record["settings"]["learning_rate"] == SETTINGS.learning_rate
    assert record["data"][0]["sha256"] == plan.sources[0].sha256
    assert record["data"][0]["labels"] == {"negative": 10, "neutral": 10, "positive": 10}
    assert len(record["base"]["sha256"]) == 64
    assert record["history"][-1]["step"] == 80


def test_train_learns_from_a_teacher_what_the_labels_do_not_say(
    plan: TrainingPlan, tmp_path: Path
) -> None:
    train(plan, tmp_path / "teacher", RecordingCallback(), untracked)
    upside_down = replace(plan.sources[0], labels=["neutral"] * len(plan.sources[0].labels))
    settings = replace(SETTINGS, teacher_share=1.0)
    distilled = replace(
        plan, sources=[upside_down], teachers=[tmp_path / "teacher"], settings=settings
    )

    progress = train(distilled, tmp_path / "student", RecordingCallback(), untracked)

    assert progress.best > 0.5  # the labels alone lead to a third


def test_train_learns_a_file_without_teachers_from_its_labels_alone(
    plan: TrainingPlan, tmp_path: Path
) -> None:
    train(plan, tmp_path / "teacher", RecordingCallback(), untracked)
    turned = {"negative": "positive", "neutral": "neutral", "positive": "negative"}
    upside_down = replace(
        plan.sources[0],
        labels=[turned[label] for label in plan.sources[0].labels],
        use_teachers=False,
    )
    settings = replace(SETTINGS, teacher_share=1.0)
    plain = replace(plan, sources=[upside_down], teachers=[tmp_path / "teacher"], settings=settings)

    progress = train(plain, tmp_path / "student", RecordingCallback(), untracked)

    # The dev file has the labels as the teacher learned them.
    assert progress.history[-1]["mean"] < 0.5


def test_train_learns_corrections_that_a_teacher_does_not_know(
    plan: TrainingPlan, tmp_path: Path
) -> None:
    train(plan, tmp_path / "teacher", RecordingCallback(), untracked)
    easy, other = plan.sources[0], {"negative": "positive", "neutral": "neutral"}
    swapped = replace(easy, labels=[other.get(label, "negative") for label in easy.labels])
    corrected = replace(
        plan,
        sources=[],
        corrections=[swapped],
        development=[replace(swapped, name="dev.csv")],
        teachers=[tmp_path / "teacher"],
        settings=replace(SETTINGS, teacher_share=1.0),
    )

    progress = train(corrected, tmp_path / "student", RecordingCallback(), untracked)

    record = json.loads((tmp_path / "student" / "training.json").read_text(encoding="utf-8"))
    assert progress.best > 0.5  # the teacher's answers lead to a third
    assert record["corrections"] == [easy.name]


def test_teachers_cache_their_probabilities(
    plan: TrainingPlan, tiny_base: Path, tmp_path: Path
) -> None:
    cpu, texts = Hardware("cpu", bfloat16=False), ["I love it", "no"]
    first = Teachers([tiny_base], LABELS, tmp_path / "teachers").predict(texts, cpu, max_tokens=16)
    [cached] = (tmp_path / "teachers").glob("*.npy")
    np.save(cached, np.flip(first))

    second = Teachers([tiny_base], LABELS, tmp_path / "teachers").predict(texts, cpu, max_tokens=16)

    assert first.sum(axis=1) == pytest.approx([1, 1])
    assert second.tolist() == np.flip(first).tolist()


def test_teachers_with_other_labels_are_refused(tmp_path: Path) -> None:
    teacher = write_tiny_checkpoint("bert", tmp_path / "two", num_labels=2)

    with pytest.raises(TeacherError, match="has other labels"):
        Teachers([teacher], LABELS, tmp_path).predict(
            ["a"], Hardware("cpu", bfloat16=False), max_tokens=16
        )


def test_train_names_a_base_that_is_not_there(plan: TrainingPlan, tmp_path: Path) -> None:
    with pytest.raises(CheckpointError, match="There is no folder"):
        train(
            replace(plan, base=str(tmp_path / "none")),
            tmp_path / "made",
            RecordingCallback(),
            untracked,
        )
