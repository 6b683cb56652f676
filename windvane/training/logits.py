"""Logits of a torch model for encoded texts."""

from collections.abc import Sequence

import numpy as np
import torch
from numpy.typing import NDArray
from transformers import PreTrainedModel

from model_export.progress import Track, untracked
from windvane.training.batches import cut_window, group_by_length, pad
from windvane.training.hardware import Hardware

_BATCH_TEXTS = 128


def compute_logits(
    model: PreTrainedModel,
    input_ids: Sequence[NDArray[np.int32]],
    hardware: Hardware,
    *,
    max_tokens: int,
    track: Track = untracked,
) -> NDArray[np.float32]:
    """Run the model over the texts, in batches of similar length.

    Returns:
        float32 logits, shape (texts, num_labels), in the order of ``input_ids``. Of a text longer
        than ``max_tokens`` only the beginning is read.
    """
    batches = group_by_length(input_ids, _BATCH_TEXTS)
    logits = np.empty((len(input_ids), model.config.num_labels), dtype=np.float32)
    training = model.training
    model.eval()
    with torch.inference_mode(), hardware.precision():
        for batch in track(batches, description="Running the teacher", total=len(batches)):
            windows = [cut_window(input_ids[i], max_tokens, 0) for i in batch]
            ids, mask = pad(windows, model.config.pad_token_id)
            outputs = model(
                input_ids=ids.to(hardware.device), attention_mask=mask.to(hardware.device)
            )
            logits[batch] = outputs.logits.float().cpu().numpy()
    model.train(training)
    return logits
