"""From a plan to a run: the base loaded, the texts encoded, the teachers asked."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from windvane.training.answers import Track
from windvane.training.augmentation.additions import build_additions
from windvane.training.augmentation.emoji import add_emoji
from windvane.training.augmentation.substitutions import build_substitutions
from windvane.training.base_model import BaseModel, load_base
from windvane.training.batches import Batches
from windvane.training.development import DevelopmentFiles
from windvane.training.examples import (
    Examples,
    build_targets,
    encode_texts,
    find_choice,
    weigh_texts,
)
from windvane.training.fine_tuning import Run
from windvane.training.hardware import Hardware, find_hardware
from windvane.training.material import Material
from windvane.training.plan import TrainingPlan
from windvane.training.record import describe_inputs, fingerprint
from windvane.training.teachers import Teachers


@dataclass(frozen=True)
class Prepared:
    """A run that can start.

    Attributes:
        base: What is trained.
        run: How.
        inputs: What decides the outcome, for the record.
    """

    base: BaseModel
    run: Run
    inputs: Mapping[str, Any]


def prepare(plan: TrainingPlan, folder: Path, track: Track) -> Prepared:
    """Make ready a run that keeps its state in ``folder``.

    Args:
        plan: What to train.
        folder: Is there.
        track: Shows the teachers' progress.

    Raises:
        TrainingError: The base or a teacher cannot be used.
        CheckpointError: A teacher cannot be loaded.
    """
    settings = plan.settings
    base = load_base(plan.base, list(plan.labels), settings.seed, dropout=settings.dropout)
    materials = [Material(source) for source in plan.sources]
    if plan.augmented:
        add_emoji(base.tokenizer, base.model)
        materials += build_additions(plan.sources, settings.seed)
    if plan.teachers:
        materials += build_substitutions(plan.sources, base, settings)
    teachers = Teachers(plan.teachers, plan.labels, plan.teacher_cache)
    inputs = describe_inputs(plan, base, materials, teachers.sha256)
    hardware = find_hardware()
    run = Run(
        model=base.model,
        batches=_build_batches(plan, base, materials, _Asking(teachers, hardware, track)),
        development=DevelopmentFiles(
            plan.development, base.tokenizer, plan.labels, settings.max_tokens
        ),
        settings=settings,
        hardware=hardware,
        folder=folder,
        fingerprint=fingerprint(inputs),
    )
    return Prepared(base, run, inputs)


@dataclass(frozen=True)
class _Asking:
    """How the teachers are asked."""

    teachers: Teachers
    hardware: Hardware
    track: Track

    def answer(self, texts: Sequence[str], max_tokens: int) -> NDArray[np.float32]:
        return self.teachers.answer(texts, self.hardware, max_tokens=max_tokens, track=self.track)


def _build_batches(
    plan: TrainingPlan, base: BaseModel, materials: Sequence[Material], asking: _Asking
) -> Batches:
    settings = plan.settings
    sources = [
        Examples(
            name=material.texts.name,
            input_ids=encode_texts(base.tokenizer, material.texts.texts),
            targets=_build_targets(plan, material, asking),
            choice=find_choice(material.texts, plan.labels),
            importance=weigh_texts(material.texts.labels, settings.balance),
            reads=material.texts.weight,
        )
        for material in materials
    ]
    return Batches(
        sources,
        batch_texts=settings.batch_texts,
        max_tokens=settings.max_tokens,
        pad_id=base.model.config.pad_token_id,
        seed=settings.seed,
    )


def _build_targets(plan: TrainingPlan, material: Material, asking: _Asking) -> NDArray[np.float32]:
    """Mix labels and teachers' answers (Hinton et al. 2015, arXiv:1503.02531)."""
    settings = plan.settings
    targets = build_targets(material.texts, plan.labels, settings.label_smoothing)
    if plan.teachers and material.taught:
        answers = asking.answer(material.texts.texts, settings.max_tokens)
        answers = answers * find_choice(material.texts, plan.labels)
        answers /= answers.sum(axis=1, keepdims=True)
        share = settings.teacher_share if material.labelled else 1.0
        targets = (1 - share) * targets + share * answers
    return material.level(targets)
