"""Labelled sentences from our own patterns: what the data holds too little of."""

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
"""How often each sentence is filled."""


def build_pattern_sentences(seed: int) -> LabelledSet:
    """Fill each sentence many times, the same way for the same seed."""
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
    """Put a random word into each slot, no word twice."""
    drawn: set[str] = set()

    def draw(slot: re.Match[str]) -> str:
        left = [word for word in words[slot[1]] if word not in drawn]
        drawn.add(word := chance.choice(left))
        return word

    return _SLOT.sub(draw, text)


def _vary(text: str, chance: random.Random) -> str:
    """Write it as people do: with a capital or none, with a full stop, a bang, or nothing."""
    text = chance.choice([text, text[:1].upper() + text[1:], text[:1].upper() + text[1:]])
    if text[-1].isalnum():
        text += chance.choice(["", "", ".", ".", "!" if "?" not in text else ""])
    return chance.choice([text] * 12 + [text.upper(), text.lower()])
