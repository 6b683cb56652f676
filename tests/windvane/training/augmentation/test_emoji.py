"""Emoji: words of the vocabulary, with a meaning to start from."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch
from tokenizers import Tokenizer
from tokenizers.models import WordPiece
from tokenizers.normalizers import BertNormalizer
from tokenizers.pre_tokenizers import BertPreTokenizer
from transformers import BertConfig, BertForSequenceClassification, BertTokenizerFast

from tests.windvane.training.labelled_sets import build_set
from windvane.training.augmentation.emoji import add_emoji, build_emoji_sentences
from windvane.training.base_model import BaseModel, load_base

PLACES = 150


@pytest.fixture
def base(tmp_path: Path) -> BaseModel:
    """BERT with the places that its vocabulary leaves unused, and with "love" in it."""
    words = ["[PAD]", *(f"[unused{i}]" for i in range(10, 10 + PLACES))]
    words += ["[UNK]", "[CLS]", "[SEP]", "[MASK]", "love", "it", "♥"]
    model = WordPiece({word: i for i, word in enumerate(words)}, unk_token="[UNK]")  # noqa: S106
    tokenizer = Tokenizer(model)
    tokenizer.normalizer = BertNormalizer(lowercase=True)
    tokenizer.pre_tokenizer = BertPreTokenizer()
    sizes = {"hidden_size": 8, "intermediate_size": 8, "num_hidden_layers": 1}
    config = BertConfig(vocab_size=len(words), num_attention_heads=1, num_labels=3, **sizes)
    BertForSequenceClassification(config).save_pretrained(tmp_path)
    BertTokenizerFast(tokenizer_object=tokenizer).save_pretrained(tmp_path)
    return load_base(str(tmp_path), ["negative", "neutral", "positive"], 1)


def test_add_emoji_makes_a_word_of_each(base: BaseModel) -> None:
    assert add_emoji(base.tokenizer, base.model) > 100

    assert base.tokenizer.tokenize("love it😍😍") == ["love", "it", "😍", "😍"]
    assert base.tokenizer.vocab_size == PLACES + 8


def test_add_emoji_starts_from_the_meaning_of_a_word(base: BaseModel) -> None:
    add_emoji(base.tokenizer, base.model)

    embeddings = base.model.get_input_embeddings().weight
    emoji, word = base.tokenizer.convert_tokens_to_ids(["😍", "love"])
    assert torch.equal(embeddings[emoji], embeddings[word])


def test_add_emoji_leaves_those_alone_that_are_there(base: BaseModel) -> None:
    place = base.tokenizer.convert_tokens_to_ids("♥")

    first = add_emoji(base.tokenizer, base.model)
    second = add_emoji(base.tokenizer, base.model)

    assert base.tokenizer.convert_tokens_to_ids("♥") == place
    assert first
    assert not second


def test_add_emoji_needs_free_places(tiny_base: Path) -> None:
    base = load_base(str(tiny_base), ["negative", "neutral", "positive"], 1)

    assert not add_emoji(base.tokenizer, base.model)


def test_build_emoji_sentences_follow_their_emoji() -> None:
    plain = build_set(["It is Monday", "Great", "Bad"], ["neutral", "positive", "negative"])

    sentences = build_emoji_sentences(plain, seed=1)

    by_label: dict[str, list[str]] = {label: [] for label in ("negative", "neutral", "positive")}
    for text, label in zip(sentences.texts, sentences.labels, strict=True):
        by_label[label].append(text)
    assert "😍" in by_label["positive"]
    assert "😡😡😡" in by_label["negative"]
    assert not [text for text in by_label["positive"] if "Bad" in text]
