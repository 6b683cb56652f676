"""Variants of the texts with some words replaced, for the teachers to label.

After TinyBERT's data augmentation (Jiao et al. 2020,
https://aclanthology.org/2020.findings-emnlp.372), with the base model's word embeddings.
"""

import random
from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from windvane.rows.labelled_set import LabelledSet
from windvane.training.base_model import BaseModel
from windvane.training.settings import TrainingSettings
from windvane.training.training_texts import TrainingTexts

_MIN_WORDS = 6
_REPLACED_SHARE = 0.2
_NEIGHBOURS = 12
_ROWS_AT_ONCE = 1024


def build_substitutions(
    sources: Sequence[LabelledSet], base: BaseModel, settings: TrainingSettings
) -> list[TrainingTexts]:
    """Build variants of each text of six words or more, as many as the settings say."""
    if not settings.substitutions:
        return []
    neighbours = find_neighbours(base)
    chance = random.Random(settings.seed)  # noqa: S311 - no secret
    return [
        TrainingTexts(_vary(source, neighbours, settings.substitutions, chance), use_labels=False)
        for source in sources
    ]


def find_neighbours(base: BaseModel) -> dict[str, list[str]]:
    """Find the nearest neighbours of each whole word of the vocabulary, by cosine similarity."""
    vocabulary = base.tokenizer.get_vocab()
    words = sorted(word for word in vocabulary if word.isalpha() and len(word) > 1)
    embeddings: NDArray[np.float32] = base.model.get_input_embeddings().weight.detach().numpy()
    rows = embeddings[[vocabulary[word] for word in words]]
    rows = rows / np.linalg.norm(rows, axis=1, keepdims=True)
    neighbours = {}
    for start in range(0, len(words), _ROWS_AT_ONCE):
        similarity = rows[start : start + _ROWS_AT_ONCE] @ rows.T
        # The word itself comes first.
        closest = np.argsort(-similarity, axis=1)[:, 1 : _NEIGHBOURS + 1]
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
    """Replace one word in five, at least one, with a neighbour; words without one stay."""
    words = text.split()
    known = [i for i, word in enumerate(words) if word.lower() in neighbours]
    for i in chance.sample(known, min(len(known), max(1, round(_REPLACED_SHARE * len(words))))):
        words[i] = chance.choice(neighbours[words[i].lower()])
    return " ".join(words)
