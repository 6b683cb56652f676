"""Averaged weights: better and steadier than the last step's (Polyak and Juditsky 1992)."""

from typing import Any

import torch
from torch.optim.swa_utils import AveragedModel
from transformers import PreTrainedModel


def average_weights(model: PreTrainedModel, decay: float) -> AveragedModel:
    """Keep an exponential average, short in the first steps so that it soon leaves the start."""

    def move(averaged: Any, current: Any, steps: torch.Tensor | int) -> None:  # noqa: ANN401
        taken = float(steps)
        kept = min(decay, (1 + taken) / (10 + taken))
        torch._foreach_lerp_(averaged, current, 1 - kept)  # as torch averages itself

    return AveragedModel(model, multi_avg_fn=move)
