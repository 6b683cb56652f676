"""Saves a checkpoint: the model, its tokenizer, and the record of how it was made."""

import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from transformers import PreTrainedModel, PreTrainedTokenizerFast

from windvane.training.record import RECORD_FILE, write_record


def save_checkpoint(
    folder: Path,
    model: PreTrainedModel,
    tokenizer: PreTrainedTokenizerFast,
    record: Mapping[str, Any],
) -> None:
    """Write a checkpoint that `model_export.checkpoint.load_checkpoint` reads.

    Args:
        folder: Its folder; it is created.
        model: The classifier, in the precision in which it is to be stored.
        tokenizer: Its tokenizer.
        record: How it was made.

    Raises:
        OSError: The folder cannot be written.
    """
    folder.mkdir(parents=True, exist_ok=True)
    model.save_pretrained(folder)
    tokenizer.save_pretrained(folder)
    write_record(folder, record)
    for weights in folder.glob("*.safetensors"):
        shutil.copymode(folder / RECORD_FILE, weights)  # safetensors writes them 0600
