"""Clauses of the data in frames that deny or uphold what they say.

Negation at a distance ("I don't think, given what it cost, that ...") is learned from as many
different clauses as the data has, not from a list of adjectives.
"""

import random
import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from windvane.rows.labelled_set import LabelledSet
from windvane.training.training_texts import TrainingTexts

_FILE = Path(__file__).with_name("reported_clauses.toml")
_MAX_CLAUSES = 1_200
"""Limit for each label of a source."""
_FRAMES_EACH = 2
"""Frames of each kind around a clause."""
_CAPITALIZED = 0.7
"""Share of the texts that begin with a capital letter."""
_WORDS = range(4, 19)
_PRONOUN = r"(?:it|this|that|he|she|they|we|i)"
_NOUN = r"(?:(?:the|my|our|your|their)(?: [a-z'-]+){1,2})"
_VERB = (
    r"(?:is|was|are|were|does|looks?|feels?|felt|works?|worked|makes?|made|loved?|hated?|enjoyed|"
    r"likes?|liked|sounds?|sounded|tastes?|tasted|smells?|smelled)"
)
_CLAUSE = re.compile(
    rf"(?:{_PRONOUN} ?'(?:s|re)|(?:{_PRONOUN}|{_NOUN}) {_VERB}) [^.!?:;()\[\]\"…@]+", re.IGNORECASE
)
_TURNS = re.compile(
    r"n't|\b(?:not|no|nor|never|none|nothing|nobody|hardly|but|although|though|however|if|than|"
    r"except|without|only|would|could|should)\b",
    re.IGNORECASE,
)
"""What makes it unclear which way a denied clause points."""
_DENIED_LABELS: Mapping[str, Sequence[str]] = {
    "positive": ("negative",),
    "negative": ("positive", "neutral"),
}
"""To deny praise is blame; to deny blame is anything but blame."""


def build_reported_clauses(source: LabelledSet, seed: int) -> TrainingTexts:
    """Put frames around the short clauses of a source that praise or blame.

    No teacher has a say: it may be what reads the frames wrong.
    """
    chance = random.Random(seed)  # noqa: S311 - no secret
    frames = tomllib.loads(_FILE.read_text(encoding="utf-8"))
    rows = [
        (i, text, label)
        for i, clause in _sample(source, chance)
        for text, label in report(clause, source.labels[i], frames, chance)
    ]
    labelled = replace(
        source,
        name=f"{source.name}, reported",
        texts=[text for _, text, _ in rows],
        labels=[label for _, _, label in rows],
        lines=[source.lines[i] for i, _, _ in rows],
        ignored=(),
        weight=1.0,
    )
    return TrainingTexts(labelled, use_teachers=False)


def _sample(source: LabelledSet, chance: random.Random) -> Iterator[tuple[int, str]]:
    for label in _DENIED_LABELS:
        clauses = [
            (i, clause)
            for i, text in enumerate(source.texts)
            if source.labels[i] == label and (clause := find_clause(text))
        ]
        yield from chance.sample(clauses, min(_MAX_CLAUSES, len(clauses)))


def find_clause(text: str) -> str | None:
    """Find the clause that a text consists of, ready for the middle of a sentence.

    Returns:
        The clause without its last punctuation; None if the text is longer, has no subject and
        verb, or says more than one thing.
    """
    clause = re.sub(r" (?='|n't|,)", "", text.strip()).rstrip(" .!")
    if len(clause.split()) not in _WORDS or _TURNS.search(clause):
        return None
    if not _CLAUSE.fullmatch(clause):
        return None
    first, *rest = clause.split(" ", 1)
    return " ".join([first if first in ("I", "I've", "I'm") else first.lower(), *rest])


def report(
    clause: str, label: str, frames: Mapping[str, Sequence[str]], chance: random.Random
) -> Iterator[tuple[str, str]]:
    """Yield the clause in frames, each with its label.

    Args:
        clause: Of `find_clause`.
        label: Its label, positive or negative.
        frames: The ``denied`` and ``upheld`` frames, and the ``asides`` and ``people`` in them.
        chance: Makes the choices.
    """
    for frame in chance.sample(frames["denied"], _FRAMES_EACH):
        yield _fill(frame, clause, frames, chance), chance.choice(_DENIED_LABELS[label])
    for frame in chance.sample(frames["upheld"], _FRAMES_EACH):
        yield _fill(frame, clause, frames, chance), label


def _fill(
    frame: str, clause: str, frames: Mapping[str, Sequence[str]], chance: random.Random
) -> str:
    aside, people = chance.choice(frames["asides"]), chance.choice(frames["people"])
    text = frame.format(clause=clause, aside=aside, people=people)
    if text[-1].isalnum():
        text += chance.choice(["", ".", "."])
    return text[0].upper() + text[1:] if chance.random() < _CAPITALIZED else text
