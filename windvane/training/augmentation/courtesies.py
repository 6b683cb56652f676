"""Texts with a courtesy before or behind them, which keep their label."""

import random
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from windvane.rows.labelled_set import LabelledSet
from windvane.training.augmentation.identity_terms import read_identity_terms
from windvane.training.training_texts import TrainingTexts

_FILE = Path(__file__).with_name("courtesies.toml")
_MAX_TEXTS = 700
"""Limit for each label of a source."""
_LONGEST_CHARS = 400
"""In a longer text a courtesy does not count."""


def build_courtesies(source: LabelledSet, seed: int) -> TrainingTexts:
    """Put courtesies around texts of each label.

    No teacher has a say: it would take the thanks for praise.
    """
    chance = random.Random(seed)  # noqa: S311 - no secret
    content = tomllib.loads(_FILE.read_text(encoding="utf-8"))
    rows = list(_sample(source, chance))
    labelled = replace(
        source,
        name=f"{source.name}, with courtesies",
        texts=[add_courtesies(source.texts[i], content, chance) for i in rows],
        labels=[source.labels[i] for i in rows],
        lines=[source.lines[i] for i in rows],
        weight=1.0,
    )
    return TrainingTexts(labelled, use_teachers=False)


def _sample(source: LabelledSet, chance: random.Random) -> Iterator[int]:
    for label in sorted(set(source.labels)):
        rows = [
            i
            for i, text in enumerate(source.texts)
            if source.labels[i] == label and len(text) <= _LONGEST_CHARS
        ]
        yield from chance.sample(rows, min(_MAX_TEXTS, len(rows)))


def add_courtesies(
    text: str, courtesies: Mapping[str, Sequence[str]], chance: random.Random
) -> str:
    """Add an opening, a closing, or both.

    Args:
        text: The text.
        courtesies: The ``openings`` and ``closings`` to choose from.
        chance: Makes the choices.
    """
    opening, closing = chance.choice([(True, False), (False, True), (False, True), (True, True)])
    parts = [text.strip()]
    if opening:
        parts.insert(0, _draw(courtesies["openings"], chance))
    if closing:
        if parts[-1][-1:].isalnum():
            parts[-1] += chance.choice([".", ".", ",", ""])
        parts.append(_draw(courtesies["closings"], chance))
    whole = chance.choice([" ", " ", " ", "\n", "\n\n"]).join(parts)
    return whole.lower() if text.islower() else whole


def _draw(choices: Sequence[str], chance: random.Random) -> str:
    return chance.choice(choices).format(name=chance.choice(read_identity_terms()["name"]))
