"""Small fast tokenizers in each model family's style, learnt from the texts this project ships.

The same ones each time: tokenizers' trainers number what is equally frequent by chance, which would
give every run of the tests other weights to judge.
"""

from __future__ import annotations

import json
from functools import lru_cache

from tokenizers import (
    Regex,
    Tokenizer,
    decoders,
    models,
    normalizers,
    pre_tokenizers,
    processors,
    trainers,
)

from model_export.text_files import PARITY_TEXTS_FILE

VOCABULARY_SIZE = 600


@lru_cache
def build_word_pieces(
    special_tokens: tuple[str, ...], first: str, last: str, unknown: str
) -> Tokenizer:
    """Build BERT's kind: lower case, accents stripped, words cut into pieces."""
    tokenizer = Tokenizer(models.BPE())
    tokenizer.normalizer = normalizers.BertNormalizer(lowercase=True)
    tokenizer.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    tokenizer.decoder = decoders.WordPiece()
    # Every piece stands in the vocabulary twice: at the head of a word and inside one.
    size = (VOCABULARY_SIZE - len(special_tokens)) // 2
    trainer = trainers.BpeTrainer(vocab_size=size, show_progress=False)
    _learn(tokenizer, trainer)
    pieces = sorted(tokenizer.get_vocab())
    vocabulary = [*special_tokens, *pieces, *(f"##{piece}" for piece in pieces)]
    tokenizer.model = models.WordPiece(
        {piece: number for number, piece in enumerate(vocabulary)}, unk_token=unknown
    )
    tokenizer.add_special_tokens(list(special_tokens))
    return _surround(tokenizer, first, last)


@lru_cache
def build_byte_pairs(special_tokens: tuple[str, ...], first: str, last: str) -> Tokenizer:
    """Build RoBERTa's and ModernBERT's kind: bytes merged into pieces, nothing unknown."""
    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    trainer = trainers.BpeTrainer(
        vocab_size=VOCABULARY_SIZE,
        special_tokens=list(special_tokens),
        initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
        show_progress=False,
    )
    _learn(tokenizer, trainer)
    return _surround(tokenizer, first, last)


@lru_cache
def build_unigrams(
    special_tokens: tuple[str, ...], first: str, last: str, unknown: str
) -> Tokenizer:
    """Build SentencePiece's kind: the likeliest cut, spaces marked."""
    tokenizer = Tokenizer(models.Unigram())
    tokenizer.normalizer = normalizers.Sequence(
        [normalizers.NFKC(), normalizers.Replace(Regex(" {2,}"), " ")]
    )
    tokenizer.pre_tokenizer = pre_tokenizers.Metaspace()
    tokenizer.decoder = decoders.Metaspace()
    trainer = trainers.UnigramTrainer(
        vocab_size=VOCABULARY_SIZE,
        special_tokens=list(special_tokens),
        unk_token=unknown,
        show_progress=False,
    )
    _learn(tokenizer, trainer)
    model = json.loads(tokenizer.to_str())["model"]
    pieces = sorted(tuple(piece) for piece in model["vocab"][len(special_tokens) :])
    vocabulary = [*((token, 0.0) for token in special_tokens), *pieces]
    tokenizer.model = models.Unigram(vocabulary, model["unk_id"])
    return _surround(tokenizer, first, last)


def _learn(tokenizer: Tokenizer, trainer: trainers.Trainer) -> None:
    texts = PARITY_TEXTS_FILE.read_text(encoding="utf-8").splitlines()
    tokenizer.train_from_iterator(texts, trainer)


def _surround(tokenizer: Tokenizer, first: str, last: str) -> Tokenizer:
    """Put ``first`` before and ``last`` after every text."""
    tokenizer.post_processor = processors.TemplateProcessing(
        single=f"{first} $A {last}",
        pair=f"{first} $A {last} $B {last}",
        special_tokens=[(token, tokenizer.token_to_id(token)) for token in (first, last)],
    )
    return tokenizer
