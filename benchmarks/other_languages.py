"""Writes texts of many languages, to fit the language test of the included model.

The words are drawn from the frequency lists of wordfreq (Speer 2022, 10.5281/zenodo.7199437; data
under CC BY-SA 4.0), which include Twitter, Reddit and subtitles. wordfreq is no dependency of
Windvane: ``pip install wordfreq==3.1.1`` beside it.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import click
import numpy as np
from numpy.typing import NDArray

ENGLISH = "en"
WITHOUT_SPACES = {"ja", "zh"}
FREQUENT_WORDS = 30_000
BORROWED_SHARE = 0.08
"""Share of English words in a text, as tweets of other languages have them."""
_SEED = 0
_FEWEST_WORDS, _MOST_WORDS = 3, 40
_LENGTH_CHANCE = 0.09
"""Of the geometric distribution of lengths, whose mean is 13 words with the fewest."""


class Words:
    """The frequent words of a language, and how often each occurs."""

    def __init__(self, frequencies: Mapping[str, float]) -> None:
        frequent = sorted(frequencies.items(), key=lambda item: -item[1])[:FREQUENT_WORDS]
        self._words = [word for word, _ in frequent]
        shares = np.array([frequency for _, frequency in frequent])
        self._shares: NDArray[np.float64] = shares / shares.sum()

    def draw(self, random: np.random.Generator, count: int) -> list[str]:
        """Draw words by their frequency."""
        return [self._words[i] for i in random.choice(len(self._words), count, p=self._shares)]


def draw_texts(
    words: Words, english: Words, count: int, random: np.random.Generator
) -> Iterator[list[str]]:
    """Draw texts of a language, as lists of words."""
    for _ in range(count):
        length = min(_FEWEST_WORDS - 1 + int(random.geometric(_LENGTH_CHANCE)), _MOST_WORDS)
        text = words.draw(random, length)
        is_borrowed = random.random(length) < BORROWED_SHARE
        borrowed = english.draw(random, int(is_borrowed.sum()))
        for i, word in zip(np.flatnonzero(is_borrowed).tolist(), borrowed, strict=True):
            text[i] = word
        yield text


def _write(path: Path, languages: Sequence[str], count: int) -> None:
    import wordfreq

    random = np.random.default_rng(_SEED)
    english = Words(wordfreq.get_frequency_dict(ENGLISH))
    with path.open("w", encoding="utf-8") as file:
        for language in languages:
            words = Words(wordfreq.get_frequency_dict(language))
            space = "" if language in WITHOUT_SPACES else " "
            for text in draw_texts(words, english, count, random):
                line = {"text": space.join(text), "language": language}
                file.write(json.dumps(line, ensure_ascii=False) + "\n")


@click.command()
@click.option("-o", "--output", type=click.Path(path_type=Path, dir_okay=False), required=True)
@click.option("--texts", "count", default=2000, show_default=True, help="Texts of each language.")
@click.option("--without", multiple=True, metavar="TAG", help="Language to leave out.")
def main(output: Path, count: int, without: Sequence[str]) -> None:
    """Write texts of every language of wordfreq but English, as JSON Lines."""
    import wordfreq

    known = wordfreq.available_languages("small")
    _write(output, sorted(known.keys() - {ENGLISH, *without}), count)


if __name__ == "__main__":
    main()
