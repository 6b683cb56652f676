"""Labelled sentences from patterns, for what the data lacks."""

import random
import re
import tomllib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from windvane.inference.bundle_files import sha256_of
from windvane.rows.labelled_set import LabelledSet
from windvane.training.augmentation.identity_terms import read_identity_terms

PATTERN_FILES = (
    "patterns.toml",
    "opinion_patterns.toml",
    "service_patterns.toml",
    "complaint_patterns.toml",
    "indirect_patterns.toml",
    "idiom_patterns.toml",
    "people_patterns.toml",
    "reversal_patterns.toml",
    "situation_patterns.toml",
    "word_patterns.toml",
)
"""The words of the first file may fill the patterns of all."""
_IDENTITY_FORMS = ("country", "name", "nationality", "people", "person", "relative")
"""Identity terms that may fill them too."""
_FOLDER = Path(__file__).parent
_SLOT = re.compile(r"{(\w+)}")
_FILLINGS = 20
"""Random fillings of each sentence where the file names no other number: more of them would crowd
out the sentences about names."""


def read_patterns(name: str) -> dict[str, Any]:
    """Read a file of `PATTERN_FILES`: its ``pattern`` list, and all ``words`` that fill it."""
    content = tomllib.loads((_FOLDER / name).read_text(encoding="utf-8"))
    shared = tomllib.loads((_FOLDER / PATTERN_FILES[0]).read_text(encoding="utf-8"))["words"]
    identity_terms = {form: read_identity_terms()[form] for form in _IDENTITY_FORMS}
    return {**content, "words": {**identity_terms, **shared, **content["words"]}}


def build_pattern_sentences(seed: int, name: str = PATTERN_FILES[0]) -> LabelledSet:
    """Fill each sentence many times; the result depends on the seed and the file alone."""
    content = read_patterns(name)
    chance = random.Random(seed)  # noqa: S311 - no secret
    rows = [
        (text, pattern["label"])
        for pattern in content["pattern"]
        for text in _fill_pattern(pattern, content["words"], chance)
    ]
    texts, labels = zip(*rows, strict=True)
    sha256 = sha256_of(_FOLDER / name)
    return LabelledSet(name, sha256, texts, labels, range(1, len(rows) + 1))


def _fill_pattern(
    pattern: Mapping[str, Any], words: Mapping[str, Sequence[str]], chance: random.Random
) -> list[str]:
    filled = {
        _vary(fill(text, words, chance), chance): None
        for text in pattern["texts"]
        for _ in range(pattern.get("fillings", _FILLINGS))
    }
    return list(filled)


def fill(text: str, words: Mapping[str, Sequence[str]], chance: random.Random) -> str:
    """Fill each slot with a random word, no word twice."""
    used: set[str] = set()

    def draw(slot: re.Match[str]) -> str:
        remaining = [word for word in words[slot[1]] if word not in used]
        used.add(word := chance.choice(remaining))
        return word

    return _SLOT.sub(draw, text)


def _vary(text: str, chance: random.Random) -> str:
    """Vary capitals and final punctuation, as people write."""
    text = chance.choice([text, text[:1].upper() + text[1:], text[:1].upper() + text[1:]])
    if text[-1].isalnum():
        text += chance.choice(["", "", ".", ".", "!" if "?" not in text else ""])
    return chance.choice([text] * 12 + [text.upper(), text.lower()])
