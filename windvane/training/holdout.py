"""Holds out dev texts where no dev files are given."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from windvane.rows.labelled_set import LabelledSet
from windvane.training.errors import TrainingError

_HELD_OUT_FRACTION = 10
"""One text in this many is held out, of each label."""


def hold_out(
    sources: Sequence[LabelledSet], seed: int
) -> tuple[list[LabelledSet], list[LabelledSet]]:
    """Split each file into a training part and a dev part.

    Copies of a text stay together, so that no dev text is learned from.

    Raises:
        TrainingError: A file is too small to split.
    """
    splits = [_split(source, seed) for source in sources]
    return [training for training, _ in splits], [held_out for _, held_out in splits]


def _split(source: LabelledSet, seed: int) -> tuple[LabelledSet, LabelledSet]:
    is_held_out = np.zeros(len(source.texts), dtype=bool)
    random = np.random.default_rng(seed)
    folded = np.array([text.casefold().strip() for text in source.texts])
    labels = np.array(source.labels)
    for label in np.unique(labels):
        texts = random.permutation(np.unique(folded[labels == label]))
        is_held_out |= np.isin(folded, texts[: len(texts) // _HELD_OUT_FRACTION])
    if not is_held_out.any() or is_held_out.all():
        raise TrainingError(
            f"{source.name} holds too few texts to keep a tenth back; give dev files with --dev."
        )
    held_out = replace(_take(source, is_held_out), name=f"{source.name}, a tenth")
    return _take(source, ~is_held_out), held_out


def _take(source: LabelledSet, chosen: NDArray[np.bool_]) -> LabelledSet:
    rows = np.flatnonzero(chosen).tolist()
    return replace(
        source,
        texts=[source.texts[i] for i in rows],
        labels=[source.labels[i] for i in rows],
        lines=[source.lines[i] for i in rows],
    )
