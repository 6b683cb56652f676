"""Finds the words of a text, in any script, and leaves some of them out."""

import re
import unicodedata
from collections.abc import Sequence

import msgspec

from windvane.inference.replaced_parts import Offsets


class Span(msgspec.Struct, frozen=True):
    """A half-open range of characters (code points) of a text."""

    start: int
    end: int


ELLIPSIS = "..."
"""The default model finds an ellipsis neutral, but an empty text positive."""

_HAN = ((0x3005, 0x3007), (0x3400, 0x4DBF), (0x4E00, 0x9FFF), (0xF900, 0xFAFF), (0x20000, 0x3FFFF))
_KANA = ((0x3041, 0x30FF), (0x31F0, 0x31FF), (0xFF66, 0xFF9F))
_FLAG_LETTERS = ((0x1F1E6, 0x1F1FF),)
_SKIN_TONES = ((0x1F3FB, 0x1F3FF),)
_EXTENDERS = ((0xAD, 0xAD), (0x200C, 0x200C), (0xE0020, 0xE007F))
"""Soft hyphen, zero-width non-joiner and tags: part of the word that contains them."""
_ZERO_WIDTH_JOINER = "\u200d"
_INNER = frozenset("'\u2019-\u2010\u2011_")
"""Apostrophes, hyphens and the underscore, which join two halves of a word."""
_DECIMAL = frozenset(".,")

_RANGES = (
    ("H", _HAN),
    ("K", _KANA),
    ("R", _FLAG_LETTERS),
    ("T", _SKIN_TONES),
    ("M", _EXTENDERS),
)
_CATEGORIES = {"L": "L", "N": "N", "M": "M", "P": "P", "Z": " ", "Sm": "P", "Sc": "P", "Sk": "P"}
_INVISIBLE = frozenset({"Cc", "Cf", "Cs"})

_WORD = re.compile(
    r"""
      [LN][MJ]* (?: (?: A | (?<=N)D(?=N) )? [LN][MJ]* )*   # letters and digits, don't, 3.5
    | H[MJ]*                                               # each Han character
    | (?:K[MJ]*)+                                          # a run of kana
    | RR?M*                                                # a flag
    | E[MT]* (?:J[EP][MT]*)*                               # an emoji, with all that is joined to it
    | (?:[PAD]M*)+                                         # a run of punctuation, such as :-)
    | [MJT]+                                               # marks that stand alone
    """,
    re.VERBOSE,
)
"""Matches words in a text whose characters are replaced by their kinds; see `_to_kind`."""


def find_words(text: str, replaced: Sequence[Offsets] = ()) -> list[Span]:
    """Find the words of a text, in order.

    Words are runs of letters and digits with the apostrophes, hyphens and underscores inside them;
    a number includes its decimal point. A Han character is a word, and so are a run of kana, an
    emoji with its modifiers, and a run of punctuation. Only invisible characters separate words.

    Args:
        text: Any text.
        replaced: Parts that the model reads as something else, in order; each is one word.
    """
    kinds = "".join(map(_to_kind, text))
    words = []
    end = 0
    for start, next_end in replaced:
        words += [*_list_words(kinds, end, start), Span(start, next_end)]
        end = next_end
    return [*words, *_list_words(kinds, end, len(kinds))]


def leave_out(text: str, spans: Sequence[Span], coalition: int) -> str:
    """Leave spans out of a text; `ELLIPSIS` replaces each run of them.

    Args:
        text: The original text.
        spans: All its words, or groups of them, in order.
        coalition: Bit i says whether ``spans[i]`` is kept.
    """
    parts: list[str] = []
    end = 0
    was_kept = True
    for span in spans:
        is_kept = coalition & 1 == 1
        coalition >>= 1
        if is_kept:
            parts.append(text[end : span.end])
        elif was_kept:
            parts += (text[end : span.start], ELLIPSIS)
        end = span.end
        was_kept = is_kept
    return "".join([*parts, text[end:]])


def _list_words(kinds: str, start: int, end: int) -> list[Span]:
    return [Span(*match.span()) for match in _WORD.finditer(kinds, start, end)]


def _to_kind(character: str) -> str:
    """Return the letter that represents a character in `_WORD`."""
    if character in _INNER:
        return "A"
    if character in _DECIMAL:
        return "D"
    if character == _ZERO_WIDTH_JOINER:
        return "J"
    code = ord(character)
    for kind, ranges in _RANGES:
        if any(first <= code <= last for first, last in ranges):
            return kind
    category = unicodedata.category(character)
    if category in _INVISIBLE:
        return " "
    return _CATEGORIES.get(category) or _CATEGORIES.get(category[0]) or "E"
