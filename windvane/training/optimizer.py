"""AdamW with a learning rate for each layer, and a linear schedule with warmup."""

import re
from collections.abc import Iterator
from typing import Any

import torch
from transformers import PreTrainedModel

from windvane.training.settings import TrainingSettings

_LAYER = re.compile(r"\.layer\.(\d+)\.")


def build_optimizer(model: PreTrainedModel, settings: TrainingSettings) -> torch.optim.AdamW:
    """Build AdamW (Loshchilov and Hutter 2019, arXiv:1711.05101) over the trainable weights."""
    return torch.optim.AdamW(
        list(_parameter_groups(model, settings)), lr=settings.learning_rate, fused=True
    )


def build_schedule(
    optimizer: torch.optim.Optimizer, steps: int, warmup: float
) -> torch.optim.lr_scheduler.LambdaLR:
    """Raise the rates linearly for a share ``warmup`` of the steps, then lower them to 0."""
    warmup_steps = max(1, round(steps * warmup))
    return torch.optim.lr_scheduler.LambdaLR(
        optimizer,
        lambda step: min((step + 1) / warmup_steps, (steps - step) / max(1, steps - warmup_steps)),
    )


def _parameter_groups(
    model: PreTrainedModel, settings: TrainingSettings
) -> Iterator[dict[str, Any]]:
    layers: int = model.config.num_hidden_layers
    for name, parameter in model.named_parameters():
        if parameter.requires_grad:
            below_head = layers - _depth(name, layers)
            yield {
                "params": [parameter],
                "lr": settings.learning_rate * settings.layer_decay**below_head,
                "weight_decay": settings.weight_decay if parameter.ndim > 1 else 0.0,
            }


def _depth(parameter: str, layers: int) -> int:
    """Count the layers below a parameter: 0 for the embeddings, all for the head."""
    layer = _LAYER.search(parameter)
    if layer:
        return int(layer[1]) + 1
    return 0 if "embeddings" in parameter else layers
