"""Counterfactual augmentation: texts with another name, country, religion or gender in them.

After Lu et al. 2018 (arXiv:1807.11714). A text and its variants share the mean of their targets, so
that sentiment about an event in a country is not learned as sentiment about the country.
"""

import random
import re
import tomllib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from windvane.rows.labelled_set import LabelledSet
from windvane.training.augmentation.identity_terms import read_identity_terms
from windvane.training.training_texts import TrainingTexts

_SWAPS_FILE = Path(__file__).with_name("swaps.toml")
_FORMS = ("country", "nationality", "name", "religion")
_VARIANTS = 2
_MAX_TEXTS = 1_500
"""Limit for each source and kind of swap."""
_AMBIGUOUS_IN_LOWER_CASE = {
    "turkey",
    "chad",
    "jordan",
    "georgia",
    "grace",
    "rosa",
    "polish",
    "noor",
    "nia",
}
"""Terms that in lower case are mostly other words."""


@dataclass(frozen=True)
class Swap:
    """A replacement that must not change the sentiment of a text.

    Attributes:
        pattern: Matches the words to replace.
        replace_in: Returns a variant of a text that matches.
    """

    pattern: re.Pattern[str]
    replace_in: Callable[[str, random.Random], str]


def build_counterfactuals(source: LabelledSet, seed: int) -> TrainingTexts:
    """Build the variants of the texts that contain a term; each text precedes its variants."""
    chance = random.Random(seed)  # noqa: S311 - no secret
    rows = [(i, text) for swap in _swaps() for i, text in _swap_in(source.texts, swap, chance)]
    indices = [i for i, _ in rows]
    labelled = replace(
        source,
        name=f"{source.name}, swapped",
        texts=[text for _, text in rows],
        labels=[source.labels[i] for i in indices],
        lines=[source.lines[i] for i in indices],
        weight=min(1.0, source.weight),
    )
    groups = np.unique(indices, return_inverse=True)[1] if rows else np.zeros(0, dtype=np.int64)
    return TrainingTexts(labelled, source.use_teachers, groups=groups)


def _swap_in(texts: Sequence[str], swap: Swap, chance: random.Random) -> Iterator[tuple[int, str]]:
    matching = [i for i, text in enumerate(texts) if swap.pattern.search(text)]
    for i in chance.sample(matching, min(_MAX_TEXTS, len(matching))):
        variants = [swap.replace_in(texts[i], chance) for _ in range(_VARIANTS)]
        yield from ((i, text) for text in dict.fromkeys([texts[i], *variants]))


def _swaps() -> list[Swap]:
    terms = read_identity_terms()
    return [*(_term_swap(terms[form]) for form in _FORMS), _gender_swap()]


def _term_swap(terms: Sequence[str]) -> Swap:
    """Replace a term with a random one of the same form."""
    lower = [term.lower() for term in terms if term.lower() not in _AMBIGUOUS_IN_LOWER_CASE]
    pattern = _any_of([*terms, *lower])

    def replace_in(text: str, chance: random.Random) -> str:
        term = chance.choice(terms)
        return pattern.sub(term.lower() if text.islower() else term, text)

    return Swap(pattern, replace_in)


def _gender_swap() -> Swap:
    """Exchange each male word with its female counterpart."""
    pairs = tomllib.loads(_SWAPS_FILE.read_text(encoding="utf-8"))["gender"]
    counterparts = pairs | {woman: man for man, woman in pairs.items()}
    pattern = _any_of(list(counterparts), flags=re.IGNORECASE)

    def swap_word(word: re.Match[str]) -> str:
        swapped: str = counterparts[word[0].lower()]
        return swapped.capitalize() if word[0][0].isupper() else swapped

    return Swap(pattern, lambda text, _chance: pattern.sub(swap_word, text))


def _any_of(words: Sequence[str], flags: int = 0) -> re.Pattern[str]:
    longest_first = sorted(map(re.escape, words), key=len, reverse=True)
    return re.compile(rf"\b(?:{'|'.join(longest_first)})\b", flags)
