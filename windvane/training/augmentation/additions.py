"""Generated texts for the labels negative, neutral and positive."""

import math
import random
from collections.abc import Sequence
from dataclasses import replace

from windvane.rows.labelled_set import LabelledSet
from windvane.training.augmentation.carriers import build_carrier_sentences
from windvane.training.augmentation.counterfactuals import build_counterfactuals
from windvane.training.augmentation.courtesies import build_courtesies
from windvane.training.augmentation.emoji import build_emoji_sentences
from windvane.training.augmentation.patterns import PATTERN_FILES, build_pattern_sentences
from windvane.training.augmentation.reported_clauses import build_reported_clauses
from windvane.training.augmentation.typos import build_typos
from windvane.training.training_texts import TrainingTexts

_MAX_SHARE_OF_DATA = 1.0
_TEXTS_FOR_EACH_READ = 4
"""Generated texts for each one that an epoch reads: a small data set needs no more of them."""
_PATTERN_PASSES = 2.0
"""Reads of each sentence of a pattern, before all weights are scaled down to the share above."""
_PASSES = {"situation_patterns.toml": 4.0, "word_patterns.toml": 1.0}
"""Reads of the sentences of a file of its own number of them."""
_CARRIER_PASSES = 1.0
"""Reads of each carrier sentence: with fewer, names and groups move labels again."""
_TYPOS = {"word_patterns.toml": 2500}
_TYPOS_OF_PATTERNS = 400
_TYPOS_OF_SOURCE = 250
"""Misspelt texts of each label."""


def build_additions(sources: Sequence[LabelledSet], seed: int) -> list[TrainingTexts]:
    """Build all generated texts.

    Together they are read at most as often as the data, so that they do not dominate a small
    data set.
    """
    patterns = [
        replace(build_pattern_sentences(seed, name), weight=_PASSES.get(name, _PATTERN_PASSES))
        for name in PATTERN_FILES
    ]
    certain = [
        *patterns,
        replace(build_carrier_sentences(), weight=_CARRIER_PASSES),
        build_emoji_sentences(patterns[0], seed),
    ]
    additions = [
        *(TrainingTexts(sentences, use_teachers=False) for sentences in certain),
        *(build_courtesies(texts, seed) for texts in [*patterns, *sources]),
        *(build_reported_clauses(texts, seed) for texts in [patterns[0], *sources]),
        *(
            build_typos(texts, seed, _TYPOS.get(texts.name, _TYPOS_OF_PATTERNS))
            for texts in patterns
        ),
        *(build_typos(texts, seed, _TYPOS_OF_SOURCE) for texts in sources),
        *(build_counterfactuals(source, seed) for source in sources),
    ]
    data_reads = _count_reads(sources)
    generated_reads = _count_reads([addition.labelled for addition in additions])
    factor = min(1.0, _MAX_SHARE_OF_DATA * data_reads / generated_reads)
    chance = random.Random(seed)  # noqa: S311 - no secret
    return [_scale(addition, factor, chance) for addition in additions if addition.labelled.texts]


def _count_reads(sets: Sequence[LabelledSet]) -> float:
    return sum(len(each.texts) * each.weight for each in sets)


def _scale(addition: TrainingTexts, factor: float, chance: random.Random) -> TrainingTexts:
    """Scale the reads of a set, and leave out texts that few epochs would read; groups stay."""
    labelled = addition.labelled
    weight, texts = labelled.weight * factor, len(labelled.texts)
    kept = math.ceil(texts * weight * _TEXTS_FOR_EACH_READ)
    if kept >= texts or addition.groups is not None:
        return replace(addition, labelled=replace(labelled, weight=weight))
    rows = sorted(chance.sample(range(texts), kept))
    sampled = replace(
        labelled,
        texts=[labelled.texts[i] for i in rows],
        labels=[labelled.labels[i] for i in rows],
        lines=[labelled.lines[i] for i in rows],
        weight=weight * texts / kept,
    )
    return replace(addition, labelled=sampled)
