"""AdamW with a learning rate for each layer, and how the rates rise and fall."""

import re
from collections.abc import Iterator
from typing import Any

import torch
from transformers import PreTrainedModel

from windvane.training.settings import TrainingSettings

_LAYER = re.compile(r"\.layer\.(\d+)\.")


def build_optimizer(model: PreTrainedModel, settings: TrainingSettings) -> torch.optim.AdamW:
    """Build AdamW (Loshchilov and Hutter 2019, arXiv:1711.05101) over the weights that learn."""
    return torch.optim.AdamW(
        list(_parameter_groups(model, settings)), lr=settings.learning_rate, fused=True
    )


def build_schedule(
    optimizer: torch.optim.Optimizer, steps: int, warmup: float
) -> torch.optim.lr_scheduler.LambdaLR:
    """Let the rates rise for ``warmup`` of the steps, then fall to nothing, both evenly."""
    rising = max(1, round(steps * warmup))
    return torch.optim.lr_scheduler.LambdaLR(
        optimizer,
        lambda step: min((step + 1) / rising, (steps - step) / max(1, steps - rising)),
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
    """Count the layers below a parameter's: 0 for the embeddings, all for the head."""
    found = _LAYER.search(parameter)
    if found:
        return int(found[1]) + 1
    return 0 if "embeddings" in parameter else layers
