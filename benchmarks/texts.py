"""The texts that every peer classifies: ordinary English, in a mix of lengths."""

from functools import cache
from pathlib import Path

SENTENCES_FILE = Path(__file__).with_name("sentences.txt")
MIXED_COUNT = 256
SHORTEST_WORDS = 3
LONGEST_WORDS = 200

# About 20 tokens each. Several, so that a cache of the last prediction would gain nothing.
SHORT_TEXTS = (
    "The room was clean and the staff were friendly, but the breakfast was cold on both mornings.",
    "I have used this kettle every single day for two years and it still looks brand new.",
    "The meeting about the new parking rules is on Tuesday at noon in the small hall upstairs.",
    "They promised to call me back within a day, and three weeks later I am still waiting.",
    "A clever, moving story with a wonderful lead actor and an ending I did not see coming.",
    "The shop opens at nine, closes at six and stays open an hour longer on every Friday.",
    "My package arrived late, the box was torn open and one of the four cups was missing.",
    "The guide was patient with the children and told them funny stories all the way back home.",
)


@cache
def read_sentences() -> tuple[str, ...]:
    """Read the sentences that longer texts are made of."""
    return tuple(SENTENCES_FILE.read_text(encoding="utf-8").splitlines())


@cache
def build_mixed_texts() -> tuple[str, ...]:
    """Build the length-mixed set: lengths spread evenly on a logarithmic scale, shuffled.

    Returns:
        256 texts of 3 to 200 words, about half of them under 25, the same ones at every call.
    """
    growth = LONGEST_WORDS / SHORTEST_WORDS
    lengths = [
        round(SHORTEST_WORDS * growth ** (i / (MIXED_COUNT - 1))) for i in range(MIXED_COUNT)
    ]
    texts = [_build_text(length, first=7 * i) for i, length in enumerate(lengths)]
    # 101 and 256 have no common divisor, so this visits each text once.
    return tuple(texts[101 * i % MIXED_COUNT] for i in range(MIXED_COUNT))


def _build_text(max_words: int, *, first: int) -> str:
    """Join whole sentences, from the one numbered ``first`` on, up to ``max_words`` words."""
    sentences = read_sentences()
    room = max_words
    chosen = []
    for i in range(len(sentences)):
        sentence = sentences[(first + i) % len(sentences)]
        if (words := len(sentence.split())) <= room:
            chosen.append(sentence)
            room -= words
    return " ".join(chosen)
