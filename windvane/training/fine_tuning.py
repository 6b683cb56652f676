"""Fine-tuning: trains over batches, evaluates on the dev files, returns the best weights."""

import math
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import Any, Protocol

import torch
from transformers import PreTrainedModel

from windvane.training.averaging import average_weights
from windvane.training.batches import Batch, Batches
from windvane.training.development import DevelopmentFiles
from windvane.training.hardware import Hardware
from windvane.training.optimizer import build_optimizer, build_schedule
from windvane.training.run_state import STATE_FILE, RunProgress, RunState
from windvane.training.settings import TrainingSettings

_MAX_GRADIENT_NORM = 1.0
_LOSS_SMOOTHING = 0.98
_MASKED_LOGIT = -1e4
"""Gives a probability of 0. Minus infinity would make NaN of its product with a target of 0."""
_BEST_WEIGHTS_FILE = "best-weights.pt"


class TrainingCallback(Protocol):
    """Called during a run."""

    def on_step(self, step: int, steps: int, loss: float) -> None:
        """Called after each step, with the smoothed loss."""

    def on_evaluation(self, record: dict[str, Any], *, is_best: bool) -> None:
        """Called after each evaluation on the dev files."""


@dataclass(frozen=True)
class Run:
    """Arguments of a run.

    Attributes:
        model: The classifier; holds the best weights at the end.
        batches: Training data.
        development: Files to evaluate on.
        settings: Hyperparameters.
        hardware: Device and precision.
        folder: Holds the best weights so far, and the state from which a run can continue.
        fingerprint: Hash of the settings and the data.
    """

    model: PreTrainedModel
    batches: Batches
    development: DevelopmentFiles
    settings: TrainingSettings
    hardware: Hardware
    folder: Path
    fingerprint: str


def fine_tune(run: Run, callback: TrainingCallback) -> RunProgress:
    """Train until the last epoch, or until the dev files show no improvement.

    Returns:
        The final progress; ``run.model`` holds the weights that were best on the dev files.

    Raises:
        ResumeError: The folder holds the state of another run.
    """
    torch.manual_seed(run.settings.seed)
    _freeze(run.model, run.settings)
    run.model.to(run.hardware.device).train()
    averaged = average_weights(run.model, run.settings.averaging)
    steps = math.ceil(run.batches.per_epoch * run.settings.epochs)
    optimizer = build_optimizer(run.model, run.settings)
    schedule = build_schedule(optimizer, steps, run.settings.warmup)
    parts = {"model": run.model, "averaged": averaged, "optimizer": optimizer, "schedule": schedule}
    state = RunState(run.folder, run.fingerprint, parts)
    progress = state.load()
    evaluate_every = max(1, run.batches.per_epoch // run.settings.evaluations)
    loss = math.nan
    for batch in _batches_from(run.batches, progress.step, steps):
        loss = _smooth(loss, _step(run, batch, optimizer))
        schedule.step()
        averaged.update_parameters(run.model)
        progress.step += 1
        callback.on_step(progress.step, steps, loss)
        if progress.step % evaluate_every == 0 or progress.step == steps:
            _evaluate(run, averaged.module, progress, loss, callback)
            state.save(progress, at_once=True)
            if progress.worse >= run.settings.patience:
                break
        state.save(progress)
    run.model.load_state_dict(torch.load(_best_weights(run.folder), weights_only=True))
    return progress


def _freeze(model: PreTrainedModel, settings: TrainingSettings) -> None:
    if settings.freeze_embeddings:
        model.get_input_embeddings().requires_grad_(requires_grad=False)


def _batches_from(batches: Batches, step: int, steps: int) -> Iterator[Batch]:
    """Yield the batches from a step on, epoch after epoch."""
    first_epoch, skip = divmod(step, batches.per_epoch)
    remaining = steps - step
    for epoch in count(first_epoch):
        for batch in batches.epoch(epoch, skip=skip):
            if remaining == 0:
                return
            remaining -= 1
            yield batch
        skip = 0


def _step(run: Run, batch: Batch, optimizer: torch.optim.Optimizer) -> float:
    device = run.hardware.device
    with run.hardware.precision():
        logits = run.model(
            input_ids=batch.input_ids.to(device), attention_mask=batch.attention_mask.to(device)
        ).logits
    logits = logits.float().masked_fill(~batch.label_mask.to(device), _MASKED_LOGIT)
    losses = torch.nn.functional.cross_entropy(logits, batch.targets.to(device), reduction="none")
    loss = (losses * batch.weights.to(device)).mean()
    loss.backward()  # type: ignore[no-untyped-call]
    torch.nn.utils.clip_grad_norm_(run.model.parameters(), _MAX_GRADIENT_NORM)
    optimizer.step()
    optimizer.zero_grad()
    return loss.item()


def _smooth(smoothed: float, loss: float) -> float:
    if math.isnan(smoothed):
        return loss
    return _LOSS_SMOOTHING * smoothed + (1 - _LOSS_SMOOTHING) * loss


def _evaluate(
    run: Run, model: PreTrainedModel, progress: RunProgress, loss: float, callback: TrainingCallback
) -> None:
    figures = run.development.measure(model, run.hardware)
    mean = sum(figures.values()) / len(figures)
    is_best = mean > progress.best
    record = {"step": progress.step, "loss": round(loss, 5), "macro_recall": figures, "mean": mean}
    progress.history.append(record)
    progress.worse = 0 if is_best else progress.worse + 1
    if is_best:
        progress.best = mean
        torch.save(model.state_dict(), _best_weights(run.folder))
    callback.on_evaluation(record, is_best=is_best)


def _best_weights(folder: Path) -> Path:
    return folder / _BEST_WEIGHTS_FILE


def remove_state(folder: Path) -> None:
    """Remove the saved state of a finished run."""
    for name in (STATE_FILE, _BEST_WEIGHTS_FILE):
        (folder / name).unlink(missing_ok=True)
