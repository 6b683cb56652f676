"""The ``transformers`` pipeline on torch, on the checkpoint itself."""

from collections.abc import Sequence
from pathlib import Path

import torch
from transformers import TextClassificationPipeline, pipeline

from benchmarks.peers.batching import iter_batches
from benchmarks.peers.protocol import MAX_TOKENS, Setting


class PipelinePeer:
    """A pipeline that gets all texts at once, sorted by length, and batches them itself."""

    def __init__(self, classify: TextClassificationPipeline) -> None:
        self._classify = classify

    def classify(self, texts: Sequence[str]) -> list[str]:
        """Return the label of each text, in order."""
        order = [i for batch in iter_batches(texts, 1) for i in batch]
        results = self._classify([texts[i] for i in order])
        label_of = {i: result["label"] for i, result in zip(order, results, strict=True)}
        return [label_of[i] for i in range(len(texts))]


def prepare(checkpoint: Path, folder: Path) -> None:
    """Point to the checkpoint."""
    folder.symlink_to(checkpoint, target_is_directory=True)


def build(folder: Path, setting: Setting) -> PipelinePeer:
    """Open the pipeline as its documentation does, with the number of torch's threads set."""
    torch.set_num_threads(setting.threads)
    return PipelinePeer(
        pipeline(
            "text-classification",
            model=str(folder),
            device="cpu",
            dtype=torch.float32,
            truncation=True,
            max_length=MAX_TOKENS,
            batch_size=setting.batch_size,
        )
    )
