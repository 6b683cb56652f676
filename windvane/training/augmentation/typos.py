"""Misspelt variants of short texts, which keep their label."""

import random
import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import cache
from pathlib import Path

from windvane.rows.labelled_set import LabelledSet
from windvane.training.augmentation.patterns import read_patterns
from windvane.training.augmentation.short_texts import draw_short_texts
from windvane.training.training_texts import TrainingTexts

_FILE = Path(__file__).with_name("typos.toml")
_WORD_LISTS = (
    *(("patterns.toml", name) for name in ("good", "bad", "love", "hate", "loved", "hated")),
    *(("idiom_patterns.toml", name) for name in ("fine", "poor_word", "fine_story", "poor_story")),
    *(("word_patterns.toml", name) for name in ("praise_word", "blame_word")),
    *(("word_patterns.toml", name) for name in ("feel_good", "feel_bad")),
    *(("word_patterns.toml", name) for name in ("does_well", "does_badly")),
)
"""Words of these lists decide a label; so do all words of `typos.toml` but "the"."""
_LONGEST_CHARS = 160
"""A typo in a longer text rarely makes it harder to read."""
_SHORTEST_WORD_CHARS = 3
_DECISIVE_CHANCE = 0.75
_OTHER_CHANCE = 0.08
_KNOWN_MISSPELLING_CHANCE = 0.5
_SPACING_CHANCE = 0.04
_WORD = re.compile(r"[A-Za-z]+(?:['’][A-Za-z]+)*")  # noqa: RUF001 - an apostrophe as phones write it
_KEY_ROWS = ("qwertyuiop", "asdfghjkl", "zxcvbnm")
_PHONETIC = (("ph", "f"), ("ght", "t"), ("ck", "k"), ("ou", "u"), ("ea", "ee"), ("c", "k"))


def build_typos(source: LabelledSet, seed: int, max_texts: int) -> TrainingTexts:
    """Misspell short texts of each label.

    No teacher has a say: it reads the misspelt word as badly as the model does.

    Args:
        source: The texts with their labels.
        seed: The result depends on it and the source alone.
        max_texts: Limit for each label.
    """
    chance = random.Random(seed)  # noqa: S311 - no secret
    rows = [
        (i, variant)
        for i in draw_short_texts(source, _LONGEST_CHARS, max_texts, chance)
        if (variant := misspell(source.texts[i], chance)) != source.texts[i]
    ]
    labelled = replace(
        source,
        name=f"{source.name}, with typos",
        texts=[variant for _, variant in rows],
        labels=[source.labels[i] for i, _ in rows],
        lines=[source.lines[i] for i, _ in rows],
        weight=1.0,
    )
    return TrainingTexts(labelled, use_teachers=False)


def misspell(text: str, chance: random.Random) -> str:
    """Misspell most of the words that decide a label, few of the others, and at least one word."""
    words = [match for match in _WORD.finditer(text) if _may_change(match[0])]
    if not words:
        return text
    picked = [word for word in words if chance.random() < _chance_of(word[0])]
    decisive = [word for word in words if word[0].lower() in _decisive_words()]
    picked = picked or [chance.choice(decisive or words)]
    for word in reversed(picked):
        text = text[: word.start()] + misspell_word(word[0], chance) + text[word.end() :]
    return _change_spacing(text, chance) if chance.random() < _SPACING_CHANCE else text


def _may_change(word: str) -> bool:
    return len(word) >= _SHORTEST_WORD_CHARS


def _chance_of(word: str) -> float:
    return _DECISIVE_CHANCE if word.lower() in _decisive_words() else _OTHER_CHANCE


@cache
def _decisive_words() -> frozenset[str]:
    phrases = [
        phrase for file, name in _WORD_LISTS for phrase in read_patterns(file)["words"][name]
    ]
    words = {phrase.lower() for phrase in phrases if _WORD.fullmatch(phrase)}
    return frozenset((words | _read_misspellings().keys()) - {"the"})


@cache
def _read_misspellings() -> Mapping[str, Sequence[str]]:
    misspellings: dict[str, list[str]] = tomllib.loads(_FILE.read_text(encoding="utf-8"))[
        "misspellings"
    ]
    return misspellings


def misspell_word(word: str, chance: random.Random) -> str:
    """Misspell a word in its capitals, as `typos.toml` lists it or by a slip of hand or ear."""
    plain = word.lower().replace("’", "'")  # noqa: RUF001 - as in _WORD
    known = _read_misspellings().get(plain)
    if known and chance.random() < _KNOWN_MISSPELLING_CHANCE:
        changed = chance.choice(known)
    elif "'" in plain:
        changed = plain.replace("'", "")
    else:
        changed = _slip(plain, chance)
    if word.isupper():
        return changed.upper()
    return changed[:1].upper() + changed[1:] if word[0].isupper() else changed


def _slip(word: str, chance: random.Random) -> str:
    place = chance.randrange(1, len(word))
    before, letter, after = word[:place], word[place], word[place + 1 :]
    neighbour = chance.choice(_neighbour_keys(letter))
    slips = [
        before + after,
        before + after,
        before + letter + letter + after,
        before[:-1] + letter + before[-1] + after,
        before + neighbour + after,
        before + neighbour + letter + after,
        _spell_by_ear(word),
        _stretch(word, chance),
    ]
    return chance.choice([slip for slip in slips if slip != word])


def _neighbour_keys(letter: str) -> str:
    [row] = [row for row in _KEY_ROWS if letter in row]
    place = row.index(letter)
    return row[max(0, place - 1) : place] + row[place + 1 : place + 2]


def _spell_by_ear(word: str) -> str:
    for written, heard in _PHONETIC:
        if written in word[1:]:
            return word[0] + word[1:].replace(written, heard, 1)
    return word


def _stretch(word: str, chance: random.Random) -> str:
    """Repeat a vowel, as in ``goooood``."""
    vowels = [i for i, letter in enumerate(word) if letter in "aeiou"]
    if not vowels:
        return word + word[-1] * 2
    place = chance.choice(vowels)
    return word[:place] + word[place] * chance.randint(3, 6) + word[place + 1 :]


def _change_spacing(text: str, chance: random.Random) -> str:
    """Drop a space, or put one inside a word."""
    spaces = [i for i, letter in enumerate(text) if letter == " "]
    if spaces and chance.random() < 2 / 3:
        place = chance.choice(spaces)
        return text[:place] + text[place + 1 :]
    place = chance.randrange(len(text))
    return text[:place] + " " + text[place:]
