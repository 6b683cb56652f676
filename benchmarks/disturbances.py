"""Ways in which people, phones and scrapers disturb a text that a reader still understands."""

import html
import random
import string
from collections.abc import Callable

Disturb = Callable[[str], str]
"""Returns a text as it might arrive; the same each time."""

_LETTERS = string.ascii_lowercase + string.ascii_uppercase
_ZERO_WIDTH_SPACE = "\u200b"
_SOFT_HYPHEN = "\u00ad"
_LONG_WORD_CHARS = 4
_SOME = 0.3
"""Share of the words that are disturbed where not all are."""
_WORDS_PER_LINE = 8


def _translate(source: str, target: str) -> Disturb:
    table = str.maketrans(source, target)
    return lambda text: text.translate(table)


def _shift_letters(lower: int, upper: int) -> Disturb:
    """Replace a to z and A to Z by the alphabets that begin at two code points."""
    shifted = (chr(first + i) for first in (lower, upper) for i in range(len(_LETTERS) // 2))
    return _translate(_LETTERS, "".join(shifted))


def _shift_signs(text: str) -> str:
    return text.translate({code: code + 0xFEE0 for code in range(0x21, 0x7F)} | {0x20: 0x3000})


def _in_some_words(disturb: Disturb) -> Disturb:
    def disturb_some(text: str) -> str:
        chance = random.Random(text)  # noqa: S311 - no secret
        words = text.split(" ")
        return " ".join(disturb(word) if chance.random() < _SOME else word for word in words)

    return disturb_some


def _split_long(separator: str) -> Disturb:
    def split(word: str) -> str:
        half = len(word) // 2
        return word if half < _LONG_WORD_CHARS / 2 else word[:half] + separator + word[half:]

    return split


def _mark_up(text: str) -> str:
    """Write a text as the HTML of a review, which a scraper kept."""
    words = html.escape(text).split(" ")
    words[0] = f"<b>{words[0]}</b>"
    for place in range(_WORDS_PER_LINE, len(words), _WORDS_PER_LINE):
        words[place] = f"<br />{words[place]}"
    return f"<p>{' '.join(words)}</p>"


_TO_CYRILLIC = _translate("aceopxyiABCEHKMOPTX", "асеорхуіАВСЕНКМОРТХ")  # noqa: RUF001 - look-alikes
_TO_GREEK = _translate("aovpikABEZHIKMOPTYX", "αονρικΑΒΕΖΗΙΚΜΟΡΤΥΧ")

DISTURBANCES: dict[str, Disturb] = {
    "full-width letters": _shift_signs,
    "mathematical letters": _shift_letters(0x1D41A, 0x1D400),
    "circled letters": _shift_letters(0x24D0, 0x24B6),
    "Cyrillic look-alikes": _TO_CYRILLIC,
    "Cyrillic look-alikes in some words": _in_some_words(_TO_CYRILLIC),
    "Greek look-alikes": _TO_GREEK,
    "zero-width spaces as blanks": lambda text: text.replace(" ", _ZERO_WIDTH_SPACE),
    "zero-width spaces between all letters of some words": _in_some_words(_ZERO_WIDTH_SPACE.join),
    "a zero-width space in some words": _in_some_words(_split_long(_ZERO_WIDTH_SPACE)),
    "a soft hyphen in some words": _in_some_words(_split_long(_SOFT_HYPHEN)),
    "Braille blanks": lambda text: text.replace(" ", "\u2800"),
    "accents for apostrophes": lambda text: text.replace("'", "\N{ACUTE ACCENT}"),
    "HTML": _mark_up,
    "small capitals": _translate("abcdefghijklmnopqrstuvwyz", "ᴀʙᴄᴅᴇғɢʜɪᴊᴋʟᴍɴᴏᴘǫʀꜱᴛᴜᴠᴡʏᴢ"),
}
"""Disturbances by what they are called in a table."""
