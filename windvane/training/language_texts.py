"""Texts of the model's language and of others, varied so that what both share has no weight."""

import random
import re
from collections.abc import Sequence

_LINKS = ("http://t.co/", "https://t.co/", "http://bit.ly/", "https://example.com/")
_LINK_CHARS = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
_LINK_LENGTHS = (7, 10)
_MASKS = ("@user", "http", "RT", "url")
"""What data sets put for a handle or a link."""
_SHARED = re.compile(r"[@#].*|.*://.*|www\..*|rt|https?|url|<\w+>|\[NAME\]", re.IGNORECASE)
_CUT_SHARE = 0.4
_CUT_WORDS = (3, 15)
_ADDED_SHARE = 0.5
_MOST_ADDED = 4
_WORD_SOURCES = 8000
"""Texts of each kind whose words make up handles and hashtags."""


class TextVariation:
    """Cuts texts, and replaces their links, handles and hashtags by some that any text may have.

    Without this a short text would be rare in the fit, the odd pieces of words in a link would
    count as another language, and "@user" as the language whose data has it.
    """

    def __init__(self, own: Sequence[str], other: Sequence[str], seed: int) -> None:
        """Take the words of handles and hashtags from both kinds of texts alike."""
        self._random = random.Random(seed)  # noqa: S311 - no secret
        self._words = [
            word
            for texts in (own, other)
            for text in self._random.sample(list(texts), min(len(texts), _WORD_SOURCES))
            for word in re.findall(r"\w+", text)
        ] or ["user"]

    def vary(self, text: str) -> str:
        """Vary one text; about a third of those without a link stay as they are."""
        words = [word for word in text.split() if not _SHARED.fullmatch(word)]
        if self._random.random() < _CUT_SHARE and len(words) > _CUT_WORDS[0]:
            length = self._random.randint(*_CUT_WORDS)
            start = self._random.randrange(max(1, len(words) - length))
            words = words[start : start + length]
        if self._random.random() < _ADDED_SHARE:
            for _ in range(self._random.randint(1, _MOST_ADDED)):
                words.insert(self._random.randint(0, len(words)), self._make_addition())
        return " ".join(words)

    def _make_addition(self) -> str:
        kind = self._random.choice(("handle", "hashtag", "link", "mask"))
        if kind == "mask":
            return self._random.choice(_MASKS)
        if kind == "link":
            length = self._random.randint(*_LINK_LENGTHS)
            return self._random.choice(_LINKS) + "".join(
                self._random.choices(_LINK_CHARS, k=length)
            )
        words = self._random.choices(self._words, k=self._random.randint(1, 3))
        if kind == "handle":
            return "@" + "".join(words[:2]) + self._random.choice(("", "_", "99"))
        return "#" + "".join(word.capitalize() for word in words)
