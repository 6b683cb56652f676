"""Sentences and words of many languages, from packages under permissive licences."""

import ast
import gettext
import json
import re
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

ENGLISH = "en"
PLACEHOLDER_TEXT = "la"
"""Latin: lorem ipsum."""
WORD = re.compile(r"[^\W\d_]+(?:['\u2019-][^\W\d_]+)*")
_MARKUP = re.compile(r"%\([^)]*\)[a-z]|%[sd]|\{[^}]*\}|<[^>]*>|&[a-z]+;|https?:\S+|[_&](?=\w)")
_SHORTEST_SENTENCE = 4


@dataclass
class LanguageSources:
    """What the packages hold of one language.

    Attributes:
        sentences: Translated messages of programs, without placeholders and markup.
        stop_words: Frequent words.
        words: Further words.
    """

    sentences: set[str] = field(default_factory=set)
    stop_words: set[str] = field(default_factory=set)
    words: set[str] = field(default_factory=set)


def read_sources(folder: Path) -> Mapping[str, LanguageSources]:
    """Read the packages in a folder; English is left out.

    Args:
        folder: What ``pip install --target`` made of sources.txt.

    Returns:
        By language, such as ``pt``; regions and scripts of a language are taken together.
    """
    found: dict[str, LanguageSources] = defaultdict(LanguageSources)
    for catalogue in sorted(folder.rglob("LC_MESSAGES/*.mo")):
        found[_find_language(catalogue.parts[-3])].sentences |= _read_messages(catalogue)
    for words in sorted(folder.glob("faker/providers/lorem/*/__init__.py")):
        found[_find_language(words.parent.name)].words |= _read_word_list(words)
    for words in sorted(folder.glob("stopwordsiso/*.json")):
        for language, stop_words in json.loads(words.read_text(encoding="utf-8")).items():
            found[_find_language(language)].stop_words |= set(stop_words)
    return {name: found[name] for name in sorted(found.keys() - {ENGLISH, PLACEHOLDER_TEXT})}


def _find_language(locale: str) -> str:
    return re.split("[_@-]", locale)[0].lower()


def _read_messages(catalogue: Path) -> set[str]:
    """Read the messages that differ from their English original."""
    with catalogue.open("rb") as file:
        # The only way to all messages; the class documents none.
        messages = gettext.GNUTranslations(file)._catalog  # type: ignore[attr-defined]
    sentences = set()
    for key, message in messages.items():
        original = key[0] if isinstance(key, tuple) else key
        if original and message != original:
            sentences.add(" ".join(_MARKUP.sub(" ", message).split()))
    return {each for each in sentences if len(each) >= _SHORTEST_SENTENCE}


def _read_word_list(module: Path) -> set[str]:
    """Read the words of one of Faker's modules, a tuple or several, without running it."""
    tree = ast.parse(module.read_text(encoding="utf-8"))
    tuples = [node for node in ast.walk(tree) if isinstance(node, ast.Tuple)]
    constants = [
        each.value for node in tuples for each in node.elts if isinstance(each, ast.Constant)
    ]
    return {each for each in constants if isinstance(each, str)}
