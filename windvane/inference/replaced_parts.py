"""Finds the parts of a text that a tokenizer's rules replace, such as a link."""

import unicodedata
from itertools import groupby
from operator import itemgetter

from tokenizers import PreTokenizedString, Regex
from tokenizers.normalizers import Normalizer
from tokenizers.pre_tokenizers import Split

Offsets = tuple[int, int]
"""First character, and one past the last."""

_CHARACTERS = Split(Regex("(?m:.)"), "isolated")
"""In Oniguruma's syntax, where this matches a line break too."""


def find_replaced_parts(normalizer: Normalizer, text: str) -> list[Offsets]:
    """Find the parts of several characters that are replaced, in the order of the text.

    All characters of a replacement have the offsets of the last character that it replaces; no
    character has those of the others.
    """
    split = PreTokenizedString(text)
    split.normalize(normalizer.normalize)
    _CHARACTERS.pre_tokenize(split)
    parts = []
    end = 0
    for (start, next_end), group in groupby(split.get_splits("original", "char"), itemgetter(1)):
        new = "".join(character for character, _, _ in group)
        if end < start and _is_other(new, text[start:next_end]):
            parts.append((end, next_end))
        end = next_end
    return parts


def _is_other(new: str, old: str) -> bool:
    """Tell whether a character became another one, not only its small or plain form."""
    plain = unicodedata.normalize("NFKD", old)[:1]
    return new.strip().casefold() not in {old.strip().casefold(), plain.strip().casefold()}
