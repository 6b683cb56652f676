"""Labelled sentences from the patterns of `patterns.toml`, for what the data lacks."""

import random
import re
import tomllib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from windvane.inference.bundle_files import sha256_of
from windvane.rows.labelled_set import LabelledSet

_FILE = Path(__file__).with_name("patterns.toml")
_SLOT = re.compile(r"{(\w+)}")
_FILLINGS = 40
"""Random fillings of each sentence."""


def build_pattern_sentences(seed: int) -> LabelledSet:
    """Fill each sentence many times; the result depends on the seed alone."""
    content = tomllib.loads(_FILE.read_text(encoding="utf-8"))
    chance = random.Random(seed)  # noqa: S311 - no secret
    rows = [
        (text, pattern["label"])
        for pattern in content["pattern"]
        for text in _fill_pattern(pattern, content["words"], chance)
    ]
    texts, labels = zip(*rows, strict=True)
    return LabelledSet(_FILE.name, sha256_of(_FILE), texts, labels, range(1, len(rows) + 1))


def _fill_pattern(
    pattern: Mapping[str, Any], words: Mapping[str, Sequence[str]], chance: random.Random
) -> list[str]:
    filled = {
        _vary(fill(text, words, chance), chance): None
        for text in pattern["texts"]
        for _ in range(_FILLINGS)
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
