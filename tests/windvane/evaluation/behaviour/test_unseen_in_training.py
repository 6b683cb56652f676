"""What training makes up by itself holds no text of the suite, which would measure memory."""

import re
from collections.abc import Mapping, Sequence

import pytest

from windvane.evaluation.behaviour.suite import load_suite
from windvane.training.augmentation.carriers import build_carrier_sentences
from windvane.training.augmentation.patterns import PATTERN_FILES, read_patterns

SUITE_TEXTS = [
    text for capability in load_suite() for case in capability.cases for text in case.case.texts
]


def plain(text: str) -> str:
    """Leave only the words, in small letters; of emoji alone nothing is left."""
    return " ".join(re.findall(r"\w+", text.lower()))


def sentences_of(pattern: str, words: Mapping[str, Sequence[str]]) -> re.Pattern[str]:
    """Build what matches every sentence that the pattern can be filled to."""
    parts = (part for part in re.split(r"({\w+})", pattern) if plain(part))
    return re.compile(" ".join(_part(part, words) for part in parts))


def _part(part: str, words: Mapping[str, Sequence[str]]) -> str:
    if part.startswith("{"):
        return (
            f"(?:{'|'.join(re.escape(plain(word)) for word in words[part[1:-1]] if plain(word))})"
        )
    return re.escape(plain(part))


def fixed_words(pattern: str) -> set[str]:
    """Return the words outside the slots, which every filling has: cheaper to compare."""
    return set(plain(re.sub(r"{\w+}", " ", pattern)).split())


def test_sentences_of_finds_a_filled_pattern() -> None:
    pattern = sentences_of("The {thing} is {adjective}!", {"thing": ["tea"], "adjective": ["hot"]})

    assert pattern.fullmatch(plain("the tea is HOT."))
    assert not pattern.fullmatch(plain("the tea is cold"))


@pytest.mark.parametrize("name", PATTERN_FILES)
def test_no_pattern_of_training_can_be_filled_to_a_text_of_the_suite(name: str) -> None:
    content = read_patterns(name)
    texts = {plain(text) for text in SUITE_TEXTS} - {""}
    patterns = [text for pattern in content["pattern"] for text in pattern["texts"]]

    seen = [
        pattern
        for pattern in patterns
        if (alike := [text for text in texts if fixed_words(pattern) <= set(text.split())])
        and any(map(sentences_of(pattern, content["words"]).fullmatch, alike))
    ]

    assert len(patterns) > 50
    assert seen == []


def test_no_sentence_about_groups_of_training_is_a_text_of_the_suite() -> None:
    sentences = {plain(text) for text in build_carrier_sentences().texts} - {""}

    assert sentences & {plain(text) for text in SUITE_TEXTS} == set()
