"""Draws the short texts that variants are made of."""

import random

from windvane.rows.labelled_set import LabelledSet


def draw_short_texts(
    source: LabelledSet, longest_chars: int, max_texts: int, chance: random.Random
) -> list[int]:
    """Draw texts of each label, none twice.

    Args:
        source: The texts with their labels.
        longest_chars: Limit for a text's length.
        max_texts: Limit for each label.
        chance: Makes the choices.

    Returns:
        The texts' places in the source, by label.
    """
    drawn: list[int] = []
    for label in sorted(set(source.labels)):
        rows = [
            i
            for i, text in enumerate(source.texts)
            if source.labels[i] == label and len(text) <= longest_chars
        ]
        drawn += chance.sample(rows, min(max_texts, len(rows)))
    return drawn
