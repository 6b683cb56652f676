"""Exponential moving average of the weights (after Polyak and Juditsky 1992)."""

from typing import Any

import torch
from torch.optim.swa_utils import AveragedModel
from transformers import PreTrainedModel


def average_weights(model: PreTrainedModel, decay: float) -> AveragedModel:
    """Average the weights; in the first steps with a lower decay, to forget the initial weights."""

    def update(averaged: Any, current: Any, steps: torch.Tensor | int) -> None:  # noqa: ANN401
        step = float(steps)
        step_decay = min(decay, (1 + step) / (10 + step))
        # The same call as in torch.optim.swa_utils.get_ema_multi_avg_fn.
        torch._foreach_lerp_(averaged, current, 1 - step_decay)

    return AveragedModel(model, multi_avg_fn=update)
