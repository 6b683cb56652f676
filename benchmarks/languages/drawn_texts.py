"""Texts of a language, drawn from its sentences and words."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping

import numpy as np
from numpy.typing import NDArray

from benchmarks.languages.language_sources import WORD, LanguageSources

BORROWED_SHARE = 0.08
"""Share of English words in a text, as tweets of other languages have them."""
FEWEST_WORDS, MOST_WORDS = 3, 40
WITHOUT_SPACES = {"ja", "th", "zh"}
MOST_TEXTS = 1600
_LENGTH_CHANCE = 0.09
"""Of the geometric distribution of lengths, whose mean is 13 words with the fewest."""
_SENTENCE_SHARE = 0.35
"""Share of the texts that consist of whole sentences."""
_STOP_WORD_SHARE = 0.5
"""Share of the words of other texts that are among the frequent ones."""
_FLATTENING = 0.75
"""Exponent of a word's count: the sentences repeat words of programs too often."""
_LEAST_MATERIAL = 250
_TEXTS_PER_STOP_WORD = 4


class Words:
    """Words, and how often each is drawn."""

    def __init__(self, weights: Mapping[str, float]) -> None:
        self._words = sorted(weights)
        shares = np.array([weights[word] for word in self._words])
        self._shares: NDArray[np.float64] = shares / max(shares.sum(), 1e-9)

    def __bool__(self) -> bool:
        return bool(self._words)

    def draw(self, random: np.random.Generator, count: int) -> list[str]:
        """Draw words by their weight."""
        if not count:
            return []
        return [self._words[i] for i in random.choice(len(self._words), count, p=self._shares)]


def count_words(texts: Iterable[str]) -> Counter[str]:
    """Count words as they are written."""
    return Counter(word for text in texts for word in WORD.findall(text))


def count_texts(sources: LanguageSources) -> int:
    """Choose how many texts are drawn: none where there is too little to draw from."""
    stop_words = len(sources.stop_words)
    if len(sources.sentences) + 5 * stop_words + len(sources.words) < _LEAST_MATERIAL:
        return 0
    return min(MOST_TEXTS, 200 + len(sources.sentences) + _TEXTS_PER_STOP_WORD * stop_words)


def draw_texts(
    sources: LanguageSources, english: Words, count: int, random: np.random.Generator
) -> Iterator[list[str]]:
    """Draw texts of a language, as lists of words.

    Args:
        sources: The language's sentences and words.
        english: Words that other languages borrow.
        count: Number of texts.
        random: Source of every choice.
    """
    sentences = sorted(sources.sentences)
    stop_words, words = _weigh(sources)
    for _ in range(count):
        length = min(FEWEST_WORDS - 1 + int(random.geometric(_LENGTH_CHANCE)), MOST_WORDS)
        if sentences and random.random() < _SENTENCE_SHARE:
            text = _join(sentences, length, random)
        else:
            text = _mix(stop_words, words, length, random)
        is_borrowed = random.random(length) < BORROWED_SHARE
        borrowed = english.draw(random, int(is_borrowed.sum()))
        for i, word in zip(np.flatnonzero(is_borrowed).tolist(), borrowed, strict=True):
            text[i] = word
        yield text


def _weigh(sources: LanguageSources) -> tuple[Words, Words]:
    """Weigh the frequent words and the others by their count in the sentences."""
    counts = count_words(sources.sentences)
    lower: Counter[str] = Counter()
    for word, number in counts.items():
        lower[word.lower()] += number
    stop_words = {word: (lower[word.lower()] + 1) ** 0.5 for word in sources.stop_words}
    words = {word: number**_FLATTENING for word, number in counts.items()}
    return Words(stop_words), Words(
        words | {word: words.get(word, 0.0) + 1 for word in sources.words}
    )


def _mix(stop_words: Words, words: Words, length: int, random: np.random.Generator) -> list[str]:
    """Draw frequent words and others, in any order: only the number of each counts."""
    frequent = int((random.random(length) < _STOP_WORD_SHARE).sum())
    frequent = length if not words else frequent if stop_words else 0
    return stop_words.draw(random, frequent) + words.draw(random, length - frequent)


def _join(sentences: list[str], length: int, random: np.random.Generator) -> list[str]:
    """Join sentences, and end after ``length`` words."""
    text: list[str] = []
    while len(text) < length:
        text += sentences[random.integers(len(sentences))].split()
    return text[:length]
