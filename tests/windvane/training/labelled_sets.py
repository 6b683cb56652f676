"""Small labelled sets."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

from windvane.rows.labelled_set import LabelledSet

_SENTENCES = {
    "negative": "I hate the {}, it is bad and slow.",
    "neutral": "The {} is on the table at noon.",
    "positive": "I love the {}, it is good and fast.",
}
_THINGS = ("phone", "book", "film", "train", "coffee", "service", "hotel", "song", "chair", "game")


def build_set(
    texts: Sequence[str],
    labels: Sequence[str],
    *,
    name: str = "set.csv",
    weight: float = 1.0,
    ignored: tuple[str, ...] = (),
) -> LabelledSet:
    content = "\n".join([*texts, *labels]).encode()
    lines = range(2, len(texts) + 2)
    sha256 = hashlib.sha256(content).hexdigest()
    return LabelledSet(name, sha256, list(texts), list(labels), lines, ignored, weight)


def build_easy_set(name: str = "easy.csv") -> LabelledSet:
    """Thirty texts that a few words tell apart."""
    rows = [(text.format(thing), label) for thing in _THINGS for label, text in _SENTENCES.items()]
    texts, labels = zip(*rows, strict=True)
    return build_set(texts, labels, name=name)
