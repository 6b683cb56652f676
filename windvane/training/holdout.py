"""Texts kept back from training, where the person gives no dev files."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from windvane.rows.labelled_set import LabelledSet
from windvane.training.errors import TrainingError

_PART = 10
"""Each label gives one text in ten."""


def hold_out(
    sources: Sequence[LabelledSet], seed: int
) -> tuple[list[LabelledSet], list[LabelledSet]]:
    """Part each file in what is learned from and what is measured on.

    Copies of a text go the same way, so that none is measured on that was learned from.

    Raises:
        TrainingError: A file is too small for that.
    """
    parted = [_part(source, seed) for source in sources]
    return [learned for learned, _ in parted], [held for _, held in parted]


def _part(source: LabelledSet, seed: int) -> tuple[LabelledSet, LabelledSet]:
    held = np.zeros(len(source.texts), dtype=bool)
    random = np.random.default_rng(seed)
    folded = np.array([text.casefold().strip() for text in source.texts])
    labels = np.array(source.labels)
    for label in np.unique(labels):
        texts = random.permutation(np.unique(folded[labels == label]))
        held |= np.isin(folded, texts[: len(texts) // _PART])
    if not held.any() or held.all():
        raise TrainingError(
            f"{source.name} holds too few texts to keep a tenth back; give dev files with --dev."
        )
    held_out = replace(_take(source, held), name=f"{source.name}, a tenth")
    return _take(source, ~held), held_out


def _take(source: LabelledSet, chosen: NDArray[np.bool_]) -> LabelledSet:
    rows = np.flatnonzero(chosen).tolist()
    return replace(
        source,
        texts=[source.texts[i] for i in rows],
        labels=[source.labels[i] for i in rows],
        lines=[source.lines[i] for i in rows],
    )
