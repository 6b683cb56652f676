"""The run: steps over batches, measured on the dev files, the best weights kept."""

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
from windvane.training.run_state import STATE_FILE, Progress, RunState
from windvane.training.settings import TrainingSettings

_LARGEST_GRADIENT = 1.0
_LOSS_MEMORY = 0.98
_NEVER = -1e4
"""A logit that leaves no probability; its product with a target of 0 is 0, as infinity's is not."""
_BEST_WEIGHTS_FILE = "best-weights.pt"


class Watcher(Protocol):
    """Is told how the run goes."""

    def on_step(self, step: int, steps: int, loss: float) -> None:
        """A step was taken."""

    def on_evaluation(self, record: dict[str, Any], *, is_best: bool) -> None:
        """The dev files were measured."""


@dataclass(frozen=True)
class Run:
    """All that a run works with.

    Attributes:
        model: Learns; holds the best weights at the end.
        batches: What it learns from.
        development: What it is measured on.
        settings: What was chosen.
        hardware: Where it runs.
        folder: Holds the state of a run that was cut off, and the best weights so far.
        fingerprint: Of the settings and the data.
    """

    model: PreTrainedModel
    batches: Batches
    development: DevelopmentFiles
    settings: TrainingSettings
    hardware: Hardware
    folder: Path
    fingerprint: str


def fine_tune(run: Run, watcher: Watcher) -> Progress:
    """Train until the epochs are over or the dev files get no better.

    Returns:
        How the run went; ``run.model`` holds the weights that were best on the dev files.

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
    measure_every = max(1, run.batches.per_epoch // run.settings.evaluations)
    loss = math.nan
    for batch in _batches_from(run.batches, progress.step, steps):
        loss = _smooth(loss, _step(run, batch, optimizer))
        schedule.step()
        averaged.update_parameters(run.model)
        progress.step += 1
        watcher.on_step(progress.step, steps, loss)
        if progress.step % measure_every == 0 or progress.step == steps:
            _measure(run, averaged.module, progress, loss, watcher)
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
    """Give the batches from a step on, epoch after epoch."""
    first_epoch, skip = divmod(step, batches.per_epoch)
    left = steps - step
    for epoch in count(first_epoch):
        for batch in batches.epoch(epoch, skip=skip):
            if left == 0:
                return
            left -= 1
            yield batch
        skip = 0


def _step(run: Run, batch: Batch, optimizer: torch.optim.Optimizer) -> float:
    device = run.hardware.device
    with run.hardware.precision():
        logits = run.model(
            input_ids=batch.input_ids.to(device), attention_mask=batch.attention_mask.to(device)
        ).logits
    logits = logits.float().masked_fill(~batch.choice.to(device), _NEVER)
    losses = torch.nn.functional.cross_entropy(logits, batch.targets.to(device), reduction="none")
    loss = (losses * batch.importance.to(device)).mean()
    loss.backward()  # type: ignore[no-untyped-call]
    torch.nn.utils.clip_grad_norm_(run.model.parameters(), _LARGEST_GRADIENT)
    optimizer.step()
    optimizer.zero_grad()
    return loss.item()


def _smooth(smoothed: float, loss: float) -> float:
    if math.isnan(smoothed):
        return loss
    return _LOSS_MEMORY * smoothed + (1 - _LOSS_MEMORY) * loss


def _measure(
    run: Run, model: PreTrainedModel, progress: Progress, loss: float, watcher: Watcher
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
    watcher.on_evaluation(record, is_best=is_best)


def _best_weights(folder: Path) -> Path:
    return folder / _BEST_WEIGHTS_FILE


def remove_state(folder: Path) -> None:
    """Remove what a run keeps to go on from: it is finished."""
    for name in (STATE_FILE, _BEST_WEIGHTS_FILE):
        (folder / name).unlink(missing_ok=True)
