"""Texts of the data with another name, country, religion or gender in them, and the same target.

Counterfactual augmentation (Lu et al. 2018, arXiv:1807.11714) that levels the targets of a text and
its variants, so that what the data says of a country is not learned as the country's own worth.
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
from windvane.training.material import Material

_SWAPS_FILE = Path(__file__).with_name("swaps.toml")
_FORMS = ("country", "nationality", "name", "religion")
_VARIANTS = 2
_MOST_TEXTS = 1_500
"""Of one source, for each kind of swap."""
_OTHER_MEANINGS = {"turkey", "chad", "jordan", "georgia", "grace", "rosa", "polish", "noor", "nia"}
"""Terms that are mostly something else where all is in lower case."""


@dataclass(frozen=True)
class Swap:
    """One way to change a text in nothing that matters.

    Attributes:
        found: Finds what is to be replaced.
        replace_in: Gives a variant of a text that holds it.
    """

    found: re.Pattern[str]
    replace_in: Callable[[str, random.Random], str]


def build_counterfactuals(source: LabelledSet, seed: int) -> Material:
    """Build variants of the texts of ``source`` that hold a term; each comes after its text."""
    chance = random.Random(seed)  # noqa: S311 - no secret
    rows = [(i, text) for swap in _swaps() for i, text in _swap_in(source.texts, swap, chance)]
    chosen = [i for i, _ in rows]
    texts = replace(
        source,
        name=f"{source.name}, swapped",
        texts=[text for _, text in rows],
        labels=[source.labels[i] for i in chosen],
        lines=[source.lines[i] for i in chosen],
        weight=min(1.0, source.weight),
    )
    groups = np.unique(chosen, return_inverse=True)[1] if rows else np.zeros(0, dtype=np.int64)
    return Material(texts, groups=groups)


def _swap_in(texts: Sequence[str], swap: Swap, chance: random.Random) -> Iterator[tuple[int, str]]:
    holding = [i for i, text in enumerate(texts) if swap.found.search(text)]
    for i in chance.sample(holding, min(_MOST_TEXTS, len(holding))):
        variants = [swap.replace_in(texts[i], chance) for _ in range(_VARIANTS)]
        yield from ((i, text) for text in dict.fromkeys([texts[i], *variants]))


def _swaps() -> list[Swap]:
    terms = read_identity_terms()
    return [*(_term_swap(terms[form]) for form in _FORMS), _gender_swap()]


def _term_swap(terms: Sequence[str]) -> Swap:
    """Put any other term of the form in the place of one."""
    lower = [term.lower() for term in terms if term.lower() not in _OTHER_MEANINGS]
    found = _any_of([*terms, *lower])

    def replace_in(text: str, chance: random.Random) -> str:
        term = chance.choice(terms)
        return found.sub(term.lower() if text.islower() else term, text)

    return Swap(found, replace_in)


def _gender_swap() -> Swap:
    """Put each word of men for its word of women, and the other way round."""
    pairs = tomllib.loads(_SWAPS_FILE.read_text(encoding="utf-8"))["gender"]
    other = pairs | {woman: man for man, woman in pairs.items()}
    found = _any_of(list(other), flags=re.IGNORECASE)

    def swap_word(word: re.Match[str]) -> str:
        swapped: str = other[word[0].lower()]
        return swapped.capitalize() if word[0][0].isupper() else swapped

    return Swap(found, lambda text, _chance: found.sub(swap_word, text))


def _any_of(words: Sequence[str], flags: int = 0) -> re.Pattern[str]:
    longest_first = sorted(map(re.escape, words), key=len, reverse=True)
    return re.compile(rf"\b(?:{'|'.join(longest_first)})\b", flags)
