"""What a model answers to encoded texts."""

from collections.abc import Callable, Iterable, Sequence
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from transformers import PreTrainedModel

from windvane.training.batches import cut_window, pad
from windvane.training.hardware import Hardware

Track = Callable[..., Iterable[Any]]
"""Shows progress over an iterable as rich does: ``track(iterable, description=..., total=...)``."""
_BATCH_TEXTS = 128


def untracked(iterable: Iterable[Any], **_options: object) -> Iterable[Any]:
    """Show nothing."""
    return iterable


def answer(
    model: PreTrainedModel,
    input_ids: Sequence[NDArray[np.int32]],
    hardware: Hardware,
    *,
    max_tokens: int,
    track: Track = untracked,
) -> NDArray[np.float32]:
    """Run the model over texts, those of like length together.

    Returns:
        float32 logits, shape (texts, num_labels), in the order of ``input_ids``. Of a text longer
        than ``max_tokens`` the beginning is read.
    """
    order = sorted(range(len(input_ids)), key=lambda i: len(input_ids[i]))
    parts = [order[i : i + _BATCH_TEXTS] for i in range(0, len(order), _BATCH_TEXTS)]
    logits = np.empty((len(input_ids), model.config.num_labels), dtype=np.float32)
    training = model.training
    model.eval()
    with torch.inference_mode(), hardware.precision():
        for part in track(parts, description="Asking the teacher", total=len(parts)):
            windows = [cut_window(input_ids[i], max_tokens, 0) for i in part]
            ids, mask = pad(windows, model.config.pad_token_id)
            outputs = model(
                input_ids=ids.to(hardware.device), attention_mask=mask.to(hardware.device)
            )
            logits[part] = outputs.logits.float().cpu().numpy()
    model.train(training)
    return logits
