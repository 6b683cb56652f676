"""Prepares a run: loads the base model, encodes the texts, computes their targets."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from model_export.progress import Track
from windvane.training.augmentation.additions import build_additions
from windvane.training.augmentation.emoji import add_emoji
from windvane.training.augmentation.substitutions import build_substitutions
from windvane.training.base_model import BaseModel, load_base
from windvane.training.batches import Batches
from windvane.training.development import DevelopmentFiles
from windvane.training.examples import (
    Examples,
    build_label_mask,
    build_targets,
    encode_texts,
    weigh_texts,
)
from windvane.training.fine_tuning import Run
from windvane.training.hardware import find_hardware
from windvane.training.normalized_plan import normalize_plan
from windvane.training.plan import TrainingPlan
from windvane.training.record import describe_inputs, fingerprint
from windvane.training.teachers import Teachers
from windvane.training.training_texts import TrainingTexts

_Predict = Callable[[Sequence[str]], NDArray[np.float32]]


@dataclass(frozen=True)
class PreparedRun:
    """A run that is ready to start.

    Attributes:
        base: The model that is trained, and its tokenizer.
        run: The arguments of `fine_tune`.
        inputs: What determines the result, for `training.json`.
    """

    base: BaseModel
    run: Run
    inputs: Mapping[str, Any]


def prepare(plan: TrainingPlan, folder: Path, track: Track) -> PreparedRun:
    """Prepare a run that keeps its state in ``folder``.

    Args:
        plan: What to train.
        folder: An existing folder.
        track: Shows the teachers' progress.

    Raises:
        TrainingError: The base or a teacher cannot be used.
        CheckpointError: A teacher cannot be loaded.
    """
    plan = normalize_plan(plan)
    settings = plan.settings
    base = load_base(plan.base, list(plan.labels), settings.seed, dropout=settings.dropout)
    texts = [TrainingTexts(source, source.use_teachers) for source in plan.sources]
    texts += [TrainingTexts(source, use_teachers=False) for source in plan.corrections]
    if plan.augmented:
        add_emoji(base.tokenizer, base.model)
        texts += build_additions(plan.sources, settings.seed)
    if plan.teachers:
        taught = [source for source in plan.sources if source.use_teachers]
        texts += build_substitutions(taught, base, settings)
    teachers = Teachers(plan.teachers, plan.labels, plan.teacher_cache)
    inputs = describe_inputs(plan, base, texts, teachers.sha256)
    hardware = find_hardware()
    predict = partial(
        teachers.predict, hardware=hardware, max_tokens=settings.max_tokens, track=track
    )
    run = Run(
        model=base.model,
        batches=_build_batches(plan, base, texts, predict),
        development=DevelopmentFiles(
            plan.development, base.tokenizer, plan.labels, settings.max_tokens
        ),
        settings=settings,
        hardware=hardware,
        folder=folder,
        fingerprint=fingerprint(inputs),
    )
    return PreparedRun(base, run, inputs)


def _build_batches(
    plan: TrainingPlan, base: BaseModel, training_texts: Sequence[TrainingTexts], predict: _Predict
) -> Batches:
    settings = plan.settings
    sources = [
        Examples(
            name=texts.labelled.name,
            input_ids=encode_texts(base.tokenizer, texts.labelled.texts),
            targets=_build_targets(plan, texts, predict),
            label_mask=build_label_mask(texts.labelled, plan.labels),
            weights=weigh_texts(texts.labelled.labels, settings.balance),
            passes=texts.labelled.weight,
        )
        for texts in training_texts
    ]
    return Batches(
        sources,
        batch_texts=settings.batch_texts,
        max_tokens=settings.max_tokens,
        pad_id=base.model.config.pad_token_id,
        seed=settings.seed,
    )


def _build_targets(
    plan: TrainingPlan, texts: TrainingTexts, predict: _Predict
) -> NDArray[np.float32]:
    """Mix labels and teacher probabilities: distillation (Hinton et al. 2015, arXiv:1503.02531)."""
    settings = plan.settings
    targets = build_targets(texts.labelled, plan.labels, settings.label_smoothing)
    if plan.teachers and texts.use_teachers:
        probabilities = predict(texts.labelled.texts)
        probabilities = probabilities * build_label_mask(texts.labelled, plan.labels)
        probabilities /= probabilities.sum(axis=1, keepdims=True)
        share = settings.teacher_share if texts.use_labels else 1.0
        targets = (1 - share) * targets + share * probabilities
    return texts.average_groups(targets)
