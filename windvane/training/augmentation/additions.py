"""All that is added to a person's data when the labels are negative, neutral and positive."""

from collections.abc import Sequence
from dataclasses import replace

from windvane.rows.labelled_set import LabelledSet
from windvane.training.augmentation.carriers import build_carrier_sentences
from windvane.training.augmentation.counterfactuals import build_counterfactuals
from windvane.training.augmentation.emoji import build_emoji_sentences
from windvane.training.augmentation.patterns import build_pattern_sentences
from windvane.training.material import Material

LABELS = ("negative", "neutral", "positive")
_MOST_OF_DATA = 0.5


def build_additions(sources: Sequence[LabelledSet], seed: int) -> list[Material]:
    """Build what teaches the things that the data lacks, and what must not matter.

    Together they are read at most half as often as the data, so that a small set of a person's own
    is not lost among them.
    """
    patterns = build_pattern_sentences(seed)
    additions = [
        Material(patterns, taught=False),
        Material(build_emoji_sentences(patterns, seed), taught=False),
        Material(build_carrier_sentences(), taught=False),
        *(build_counterfactuals(source, seed) for source in sources),
    ]
    of_data, of_additions = _reads(sources), _reads([addition.texts for addition in additions])
    part = min(1.0, _MOST_OF_DATA * of_data / of_additions)
    return [_read_less(addition, part) for addition in additions if addition.texts.texts]


def _reads(sets: Sequence[LabelledSet]) -> float:
    return sum(len(each.texts) * each.weight for each in sets)


def _read_less(addition: Material, part: float) -> Material:
    texts = replace(addition.texts, weight=addition.texts.weight * part)
    return replace(addition, texts=texts)
