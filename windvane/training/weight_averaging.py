"""Averages the weights of checkpoints that were fine-tuned from the same one."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch

from model_export.checkpoint import WEIGHTS_FILE, Checkpoint, load_checkpoint
from windvane.inference.bundle_files import sha256_of
from windvane.training.errors import AveragingError
from windvane.training.record import read_record
from windvane.training.saving import save_checkpoint


@dataclass(frozen=True)
class WeightedCheckpoint:
    """A checkpoint and its share of an average.

    Attributes:
        folder: Folder of the checkpoint.
        weight: Weight, above 0; weights need not add up to 1.
    """

    folder: Path
    weight: float


def average_checkpoints(
    parts: Sequence[WeightedCheckpoint],
    folder: Path,
    *,
    scales: Mapping[str, float] | None = None,
    offsets: Mapping[str, float] | None = None,
    half: bool = False,
) -> None:
    """Write the weighted mean of the weights (Wortsman et al. 2022, arXiv:2203.05482).

    Args:
        parts: Checkpoints of one architecture, with the same labels and vocabulary; the first one's
            tokenizer and configuration are kept.
        folder: Folder of the new checkpoint; it is created.
        scales: What the logit of a label is multiplied by, for every text; with offsets, this is
            vector scaling (Guo et al. 2017, arXiv:1706.04599).
        offsets: What is added to the logit of a label, for every text, after that.
        half: Whether it is stored in float16, half the size.

    Raises:
        AveragingError: The checkpoints do not go together, or the scales or offsets do not go with
            them.
        CheckpointError: One of them cannot be loaded.
        OSError: The folder cannot be written.
    """
    checkpoints = [load_checkpoint(str(part.folder)) for part in parts]
    first = checkpoints[0]
    for other in checkpoints[1:]:
        _require_same_kind(first, other)
    total = sum(part.weight for part in parts)
    states = [checkpoint.model.state_dict() for checkpoint in checkpoints]
    shares = [part.weight / total for part in parts]
    first.model.load_state_dict(_average(states, shares))
    scales, offsets = scales or {}, offsets or {}
    if scales or offsets:
        _change_logits(first, scales, offsets)
    model = first.model.half() if half else first.model
    record = {
        "average": [_describe(part) for part in parts],
        "scales": dict(scales),
        "offsets": dict(offsets),
    }
    save_checkpoint(folder, model, first.tokenizer, record)


def _require_same_kind(first: Checkpoint, other: Checkpoint) -> None:
    names = f"{first.name} and {other.name}"
    if first.id2label != other.id2label:
        here, there = (", ".join(each.id2label.values()) for each in (first, other))
        raise AveragingError(f"{names} have different labels or another order: {here}; {there}.")
    if tokens := _list_differences(first.tokenizer.get_vocab(), other.tokenizer.get_vocab()):
        raise AveragingError(
            f"{names} have different vocabularies: {len(tokens):,} tokens are in one of them only "
            "or have other ids."
        )
    if weights := _list_differences(_shapes(first), _shapes(other)):
        raise AveragingError(f"{names} have weights of different shapes: {', '.join(weights[:3])}.")


def _list_differences(first: Mapping[str, object], other: Mapping[str, object]) -> list[str]:
    """List the keys that one of them lacks, or whose values differ."""
    keys = {**first, **other}
    return [key for key in keys if first.get(key) != other.get(key)]


def _shapes(checkpoint: Checkpoint) -> dict[str, torch.Size]:
    return {name: weight.shape for name, weight in checkpoint.model.state_dict().items()}


def _average(
    states: Sequence[Mapping[str, torch.Tensor]], shares: Sequence[float]
) -> dict[str, torch.Tensor]:
    """Average floating-point weights; the others, such as position ids, are those of the first."""
    return {
        name: sum(
            (share * state[name] for state, share in zip(states, shares, strict=True)),
            start=torch.zeros_like(weight),
        )
        if weight.is_floating_point()
        else weight
        for name, weight in states[0].items()
    }


def _change_logits(
    checkpoint: Checkpoint, scales: Mapping[str, float], offsets: Mapping[str, float]
) -> None:
    """Let the last layer multiply the logits of labels, then add to them."""
    labels = list(checkpoint.id2label.values())
    if not {*scales, *offsets} <= {*labels}:
        raise AveragingError(
            f"{checkpoint.name} has no label of the name that a scale or an offset has; its labels "
            f"are {', '.join(labels)}."
        )
    layers = [
        module
        for module in checkpoint.model.modules()
        if isinstance(module, torch.nn.Linear) and module.out_features == len(labels)
    ]
    if not layers or layers[-1].bias is None:
        raise AveragingError(
            f"The last layer of {checkpoint.name} has no bias that scales or offsets can change."
        )
    with torch.no_grad():
        for label, scale in scales.items():
            layers[-1].weight[labels.index(label)] *= scale
            layers[-1].bias[labels.index(label)] *= scale
        for label, offset in offsets.items():
            layers[-1].bias[labels.index(label)] += offset


def _describe(part: WeightedCheckpoint) -> dict[str, Any]:
    return {
        "name": part.folder.name,
        "sha256": sha256_of(part.folder / WEIGHTS_FILE),
        "weight": part.weight,
        "training": read_record(part.folder),
    }
