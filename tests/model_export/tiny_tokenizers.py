"""Small fast tokenizers in each model family's style, learnt from the texts this project ships."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

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

TRAINING_TEXTS = Path(__file__).parents[2] / "model_export" / "texts" / "parity.txt"
VOCABULARY_SIZE = 600


@lru_cache
def build_word_pieces(
    special_tokens: tuple[str, ...], first: str, last: str, unknown: str
) -> Tokenizer:
    """Build BERT's kind: lower case, accents stripped, words cut into pieces."""
    tokenizer = Tokenizer(models.WordPiece(unk_token=unknown))
    tokenizer.normalizer = normalizers.BertNormalizer(lowercase=True)
    tokenizer.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    tokenizer.decoder = decoders.WordPiece()
    trainer = trainers.WordPieceTrainer(
        vocab_size=VOCABULARY_SIZE,
        special_tokens=list(special_tokens),
        limit_alphabet=100,
        show_progress=False,
    )
    return _finish(tokenizer, trainer, first, last)


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
    return _finish(tokenizer, trainer, first, last)


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
    return _finish(tokenizer, trainer, first, last)


def _finish(tokenizer: Tokenizer, trainer: trainers.Trainer, first: str, last: str) -> Tokenizer:
    """Learn the vocabulary, then put ``first`` before and ``last`` after every text."""
    texts = TRAINING_TEXTS.read_text(encoding="utf-8").splitlines()
    tokenizer.train_from_iterator(texts, trainer)
    tokenizer.post_processor = processors.TemplateProcessing(
        single=f"{first} $A {last}",
        pair=f"{first} $A {last} $B {last}",
        special_tokens=[(token, tokenizer.token_to_id(token)) for token in (first, last)],
    )
    return tokenizer
