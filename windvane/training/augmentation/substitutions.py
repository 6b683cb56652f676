"""Texts of the data with some words put for others, which the teachers label: more to learn from.

As TinyBERT's data augmentation (Jiao et al. 2020, https://aclanthology.org/2020.findings-emnlp.372),
with the neighbours taken from the base's own word embeddings.
"""

import random
from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from windvane.rows.labelled_set import LabelledSet
from windvane.training.base_model import BaseModel
from windvane.training.material import Material
from windvane.training.settings import TrainingSettings

_MIN_WORDS = 6
_REPLACED = 0.2
_NEIGHBOURS = 12
_CHUNK = 1024


def build_substitutions(
    sources: Sequence[LabelledSet], base: BaseModel, settings: TrainingSettings
) -> list[Material]:
    """Build variants of each text of some length; none where the settings ask for none."""
    if not settings.substitutions:
        return []
    neighbours = find_neighbours(base)
    chance = random.Random(settings.seed)  # noqa: S311 - no secret
    return [
        Material(_vary(source, neighbours, settings.substitutions, chance), labelled=False)
        for source in sources
    ]


def find_neighbours(base: BaseModel) -> dict[str, list[str]]:
    """Find the words whose embeddings lie closest to each whole word's of the vocabulary."""
    vocabulary = base.tokenizer.get_vocab()
    words = sorted(word for word in vocabulary if word.isalpha() and len(word) > 1)
    embeddings: NDArray[np.float32] = base.model.get_input_embeddings().weight.detach().numpy()
    rows = embeddings[[vocabulary[word] for word in words]]
    rows = rows / np.linalg.norm(rows, axis=1, keepdims=True)
    neighbours = {}
    for start in range(0, len(words), _CHUNK):
        likeness = rows[start : start + _CHUNK] @ rows.T
        # The word itself is the closest of all.
        closest = np.argsort(-likeness, axis=1)[:, 1 : _NEIGHBOURS + 1]
        for word, nearest in zip(words[start:], closest.tolist(), strict=False):
            neighbours[word] = [words[i] for i in nearest]
    return neighbours


def _vary(
    source: LabelledSet, neighbours: dict[str, list[str]], variants: int, chance: random.Random
) -> LabelledSet:
    rows = [
        (i, replace_words(text, neighbours, chance))
        for i, text in enumerate(source.texts)
        if len(text.split()) >= _MIN_WORDS
        for _ in range(variants)
    ]
    return replace(
        source,
        name=f"{source.name}, other words",
        texts=[text for _, text in rows],
        labels=[source.labels[i] for i, _ in rows],
        lines=[source.lines[i] for i, _ in rows],
    )


def replace_words(text: str, neighbours: dict[str, list[str]], chance: random.Random) -> str:
    """Put a neighbour in the place of one word in five, and of at least one that has any."""
    words = text.split()
    known = [i for i, word in enumerate(words) if word.lower() in neighbours]
    for i in chance.sample(known, min(len(known), max(1, round(_REPLACED * len(words))))):
        words[i] = chance.choice(neighbours[words[i].lower()])
    return " ".join(words)
