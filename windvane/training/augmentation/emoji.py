"""Emoji as words of the vocabulary: BERT's knows none, and would read all of them as [UNK]."""

import json
import random
import tomllib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import torch
from tokenizers import Tokenizer
from transformers import PreTrainedModel, PreTrainedTokenizerFast

from windvane.inference.bundle_files import sha256_of
from windvane.rows.labelled_set import LabelledSet

_FILE = Path(__file__).with_name("emoji.toml")
_UNUSED = "[unused{}]"
_FIRST_UNUSED, _LAST_UNUSED = 10, 990
_SENTENCES_EACH = 24


def add_emoji(tokenizer: PreTrainedTokenizerFast, model: PreTrainedModel) -> int:
    """Give emoji the places that BERT's vocabulary leaves unused, with a word's embedding each.

    Neither the vocabulary nor the embeddings grow. An emoji is found anywhere, in the middle of a
    word too.

    Returns:
        How many came in: none where they are there, or the vocabulary has no such places.
    """
    content = json.loads(tokenizer.backend_tokenizer.to_str())
    vocabulary = content["model"].get("vocab", {})
    groups = _read().values()
    words = {e: w for group in groups for e, w in group.items() if e not in vocabulary}
    names = [_UNUSED.format(i) for i in range(_FIRST_UNUSED, _LAST_UNUSED)]
    places = [name for name in names if name in vocabulary]
    if len(places) < len(words):
        return 0
    embeddings = model.get_input_embeddings().weight
    for place, (emoji, word) in zip(places, words.items(), strict=False):
        vocabulary[emoji] = row = vocabulary.pop(place)
        content["added_tokens"].append(_added_token(row, emoji))
        with torch.no_grad():
            embeddings[row] = embeddings[tokenizer.encode(word, add_special_tokens=False)].mean(0)
    content["added_tokens"].sort(key=lambda token: token["id"])
    # The library offers no other way to change what is in its vocabulary.
    tokenizer._tokenizer = Tokenizer.from_str(json.dumps(content))
    return len(words)


def build_emoji_sentences(plain: LabelledSet, seed: int) -> LabelledSet:
    """Put emoji behind sentences, and alone.

    Args:
        plain: Sentences with labels; an emoji joins those of its own label and neutral ones.
        seed: Of the choice.

    Returns:
        Sentences with the label of their emoji.
    """
    chance = random.Random(seed)  # noqa: S311 - no secret
    by_label: dict[str, list[str]] = {}
    for text, label in zip(plain.texts, plain.labels, strict=True):
        by_label.setdefault(label, []).append(text)
    rows = [
        (text, label)
        for label, group in _read().items()
        for emoji in group
        for text in _sentences(emoji, by_label[label] + by_label["neutral"], chance)
    ]
    texts, labels = zip(*rows, strict=True)
    return LabelledSet(_FILE.name, sha256_of(_FILE), texts, labels, range(1, len(rows) + 1))


def _sentences(emoji: str, sentences: Sequence[str], chance: random.Random) -> list[str]:
    drawn = [chance.choice(sentences) for _ in range(_SENTENCES_EACH)]
    placed = [
        chance.choice(
            [f"{text} {emoji}", f"{text}{emoji}", f"{emoji} {text}", f"{text} {emoji}{emoji}"]
        )
        for text in drawn
    ]
    return [emoji, emoji * 3, *placed]


def _read() -> Mapping[str, Mapping[str, str]]:
    return tomllib.loads(_FILE.read_text(encoding="utf-8"))


def _added_token(row: int, emoji: str) -> dict[str, Any]:
    flags = dict.fromkeys(("single_word", "lstrip", "rstrip", "normalized", "special"), False)
    return {"id": row, "content": emoji, **flags}
