"""Adds emoji to the vocabulary: BERT's has none, and would map all of them to [UNK]."""

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
    """Put emoji in the unused rows of BERT's vocabulary, each with the embedding of a word.

    Neither the vocabulary nor the embeddings grow. An emoji is matched anywhere, even inside a
    word.

    Returns:
        Number of emoji added: 0 if they are there already, or the vocabulary lacks unused rows.
    """
    content = json.loads(tokenizer.backend_tokenizer.to_str())
    vocabulary = content["model"].get("vocab", {})
    groups = _read().values()
    words = {e: w for group in groups for e, w in group.items() if e not in vocabulary}
    names = [_UNUSED.format(i) for i in range(_FIRST_UNUSED, _LAST_UNUSED)]
    unused = [name for name in names if name in vocabulary]
    if len(unused) < len(words):
        return 0
    embeddings = model.get_input_embeddings().weight
    for name, (emoji, word) in zip(unused, words.items(), strict=False):
        vocabulary[emoji] = row = vocabulary.pop(name)
        content["added_tokens"].append(_added_token(row, emoji))
        with torch.no_grad():
            embeddings[row] = embeddings[tokenizer.encode(word, add_special_tokens=False)].mean(0)
    content["added_tokens"].sort(key=lambda token: token["id"])
    # transformers has no public way to rename tokens of a vocabulary.
    tokenizer._tokenizer = Tokenizer.from_str(json.dumps(content))
    return len(words)


def build_emoji_sentences(plain: LabelledSet, seed: int) -> LabelledSet:
    """Build sentences with emoji, and emoji alone.

    Args:
        plain: Labelled sentences; an emoji joins those of its label and neutral ones.
        seed: Seed of the random choices.

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
