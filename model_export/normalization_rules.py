"""Rules that rewrite texts around a tokenizer's own normalizer, each for one disturbance.

The patterns take time that grows with the length of a text and no faster: each begins with
characters that it consumes, and looks no further than a few characters back.
"""

from tokenizers import Regex
from tokenizers.normalizers import NFKC, Normalizer, Replace

MASKED_MENTION = "@user"
MASKED_LINK = "http"
_MENTION = r"(?<!\w)@[A-Za-z_]\w*"
"""A user's name; not an e-mail address, nor an hour (@4pm)."""
_LINK = (
    r"(?:[hH][tT]{2}[pP][sS]?://|(?<!\w)[wW]{3}\.(?=\w))"
    r"""(?:(?![,)][A-Za-z])[^\s<>"—])*[^\s<>"—.,;:!?)\]}'…]"""
)
"""An address, without the punctuation behind it, nor words right after a comma or a bracket."""

_DECOMPOSED = {
    "½": " 1/2",
    "¼": " 1/4",
    "¾": " 3/4",
    "⅓": " 1/3",
    "⅔": " 2/3",
    "™": " ",
    "\N{ACUTE ACCENT}": "'",
}
"""Characters that NFKC would glue to the word before them, or make a space of."""

_BRAILLE_BLANK = "\N{BRAILLE PATTERN BLANK}"
"""A blank that BERT's normalizer takes for a letter."""
_LONGEST_WORD_CHARS = 24
_NO_BLANK = r"[^\s\u200B]"
_BETWEEN_WORDS = rf"\u200B(?={_NO_BLANK}{{1,{_LONGEST_WORD_CHARS}}}\u200B)" + "".join(
    rf"|(?<=\u200B{_NO_BLANK}{{{chars}}})\u200B" for chars in range(1, _LONGEST_WORD_CHARS + 1)
)
"""A zero-width space a word away from another: they are the blanks of the text.

A single one is inside a word, or beside a blank; BERT's normalizer drops it."""
_BETWEEN_LETTERS = r"(?<=[\s\u200B]\w|^\w)\u200B(?=\w(?:[\s\u200B]|$))"
"""A zero-width space in a word whose letters are all separated by it, to get past a filter."""

_TAG_NAMES = (
    "a|abbr|b|big|blockquote|body|br|center|cite|code|dd|del|div|dl|dt|em|font|h[1-6]|head|hr|"
    "html|i|img|ins|kbd|li|mark|ol|p|pre|q|s|small|span|strike|strong|sub|sup|table|tbody|td|th|"
    "thead|tr|tt|u|ul"
)
_TAG = rf"</?(?i:{_TAG_NAMES})(?:\s[^<>=]*=[^<>]*|\s*)/?>"
"""A tag that formats text, with attributes or alone; other names may be code, such as ``List<T>``,
and other words in angle brackets what somebody wrote, such as ``<I hate it>``."""
_ENTITIES = {
    "&": "amp|#0*38|#[xX]0*26",
    "<": "lt|#0*60|#[xX]0*3[cC]",
    ">": "gt|#0*62|#[xX]0*3[eE]",
    '"': "quot|[lr]dquo|#0*34|#[xX]0*22|#822[01]|#[xX]201[cCdD]",
    "'": "apos|[lr]squo|#0*39|#[xX]0*27|#821[67]|#[xX]201[89]",
    "-": "[mn]dash|#821[12]|#[xX]201[34]",
    "...": "hellip|#8230|#[xX]2026",
    " ": "nbsp|#0*(?:10|13|160)|#[xX]0*(?:[aAdD]|[aA]0|200[bB])",
}
"""Names and numbers by character; "&" first, since feeds escape it twice (``&amp;lt;``)."""

_LOOK_ALIKES = dict(
    zip(
        "асԁеһіјкӏмнорѕтвухαεικνορτυχ",
        "acdehijklmhopstbyxaeikvoptux",
        strict=True,
    )
)
"""Latin letter by lower-case Cyrillic or Greek letter that looks like it, or whose capital does.

The capital of nu looks like N, and its small letter like v, which is more frequent."""
_GREEK_OR_CYRILLIC = r"[\u03B1-\u04FF]"
_LONGEST_RUN = 3
"""Such letters in a row that are still found to be within a Latin word."""


def compose_compatible_characters() -> list[Normalizer]:
    """Replace full-width, mathematical, circled and other variants of a character by it (NFKC)."""
    return [*(Replace(*pair) for pair in _DECOMPOSED.items()), NFKC()]


def part_words() -> list[Normalizer]:
    """Replace what separates words without ink or width by a space."""
    return [
        Replace(Regex(_BETWEEN_LETTERS), ""),
        Replace(Regex(_BETWEEN_WORDS), " "),
        Replace(_BRAILLE_BLANK, " "),
    ]


def remove_tags() -> list[Normalizer]:
    """Replace HTML tags by a space."""
    return [Replace(Regex(_TAG), " ")]


def decode_entities() -> list[Normalizer]:
    """Replace the HTML entities of punctuation and blanks by what they stand for."""
    return [Replace(Regex(f"&(?:{names});"), sign) for sign, names in _ENTITIES.items()]


def mask_links() -> list[Normalizer]:
    """Mask addresses as TweetEval does, whose tweets the default model has learned."""
    return [Replace(Regex(_LINK), MASKED_LINK)]


def mask_mentions() -> list[Normalizer]:
    """Mask names of users as TweetEval does."""
    return [Replace(Regex(_MENTION), MASKED_MENTION)]


def restore_look_alikes() -> list[Normalizer]:
    """Replace look-alikes of Latin letters within a Latin word; they follow lower-casing.

    A word whose letters are all Cyrillic or Greek stays, so that Russian stays Russian.
    """
    ahead = f"(?={_GREEK_OR_CYRILLIC}{{0,{_LONGEST_RUN - 1}}}[a-z])"
    runs = (_GREEK_OR_CYRILLIC * count for count in range(_LONGEST_RUN))
    behind = "|".join(f"(?<=[a-z]{run}.)" for run in runs)
    return [
        Replace(Regex(f"{letter}(?:{ahead}|{behind})"), latin)
        for letter, latin in _LOOK_ALIKES.items()
    ]
