"""Texts with a courtesy before or behind them, which keep their label."""

import random
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from windvane.rows.labelled_set import LabelledSet
from windvane.training.augmentation.identity_terms import read_identity_terms
from windvane.training.augmentation.patterns import fill
from windvane.training.augmentation.short_texts import draw_short_texts
from windvane.training.training_texts import TrainingTexts

_FILE = Path(__file__).with_name("courtesies.toml")
_MAX_TEXTS = 600
"""Limit for each label of a source."""
_LONGEST_CHARS = 400
"""In a longer text a courtesy does not count."""
_LOWER_CASE_SHARE = 0.08


def build_courtesies(source: LabelledSet, seed: int) -> TrainingTexts:
    """Put courtesies around texts of each label.

    No teacher has a say: it would take the thanks for praise.
    """
    chance = random.Random(seed)  # noqa: S311 - no secret
    courtesies = read_courtesies()
    rows = draw_short_texts(source, _LONGEST_CHARS, _MAX_TEXTS, chance)
    labelled = replace(
        source,
        name=f"{source.name}, with courtesies",
        texts=[add_courtesies(source.texts[i], courtesies, chance) for i in rows],
        labels=[source.labels[i] for i in rows],
        lines=[source.lines[i] for i in rows],
        weight=1.0,
    )
    return TrainingTexts(labelled, use_teachers=False)


@dataclass(frozen=True)
class Courtesies:
    """Templates, whose slots are filled with ``words``; a word may have slots too."""

    openings: Sequence[str]
    closings: Sequence[str]
    words: Mapping[str, Sequence[str]]


def read_courtesies() -> Courtesies:
    """Read the file of courtesies; its names are those of the identity terms."""
    content = tomllib.loads(_FILE.read_text(encoding="utf-8"))
    words = {**content["words"], "name": read_identity_terms()["name"]}
    return Courtesies(content["openings"], content["closings"], words)


def add_courtesies(text: str, courtesies: Courtesies, chance: random.Random) -> str:
    """Add an opening, a closing, or both.

    Args:
        text: The text.
        courtesies: The openings and closings to choose from.
        chance: Makes the choices.
    """
    opening, closing = chance.choice([(True, False), (False, True), (False, True), (True, True)])
    parts = [text.strip()]
    if opening:
        parts.insert(0, _draw(courtesies.openings, courtesies.words, chance))
    if closing:
        parts[-1] = _vary_end(parts[-1], chance)
        parts.append(_draw(courtesies.closings, courtesies.words, chance))
    whole = chance.choice([" ", " ", " ", "\n", "\n\n"]).join(parts)
    return whole.lower() if text.islower() or chance.random() < _LOWER_CASE_SHARE else whole


def _draw(
    templates: Sequence[str], words: Mapping[str, Sequence[str]], chance: random.Random
) -> str:
    text = chance.choice(templates)
    while "{" in text:
        text = fill(text, words, chance)
    return text


def _vary_end(text: str, chance: random.Random) -> str:
    """Vary the final punctuation: many write the closing without a full stop before it."""
    if text[-1:].isalnum():
        return text + chance.choice([".", ".", ",", "", ""])
    if text.endswith(".") and not text.endswith(".."):
        return text.removesuffix(".") + chance.choice([".", ".", ".", ",", "", "!"])
    return text
