"""Small checkpoints with random weights, one per model family, and checkpoints that are broken."""

from __future__ import annotations

import json
import warnings
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import torch
from tokenizers import Tokenizer
from transformers import (
    AlbertConfig,
    AlbertTokenizerFast,
    AutoModelForMaskedLM,
    AutoModelForSequenceClassification,
    BertConfig,
    BertTokenizerFast,
    CanineTokenizer,
    DebertaV2Config,
    DebertaV2TokenizerFast,
    DistilBertConfig,
    DistilBertTokenizerFast,
    ElectraConfig,
    ElectraTokenizerFast,
    ModernBertConfig,
    PretrainedConfig,
    PreTrainedModel,
    PreTrainedTokenizerFast,
    RobertaConfig,
    RobertaTokenizerFast,
    XLMRobertaConfig,
    XLMRobertaTokenizerFast,
)

from tests.model_export.tiny_tokenizers import build_byte_pairs, build_unigrams, build_word_pieces

MAX_TOKENS = 128
LABELS = {
    1: ("positive",),
    2: ("negative", "positive"),
    3: ("negative", "neutral", "positive"),
    5: ("very negative", "negative", "neutral", "positive", "very positive"),
}
SIZES = {
    "hidden_size": 32,
    "intermediate_size": 64,
    "num_hidden_layers": 2,
    "num_attention_heads": 2,
    "max_position_embeddings": MAX_TOKENS,
    # Ten times the usual spread, so that the logits of two texts lie visibly apart.
    "initializer_range": 0.25,
}
# RoBERTa counts positions from the padding id on, so its table has two rows more.
ROBERTA_SIZES = SIZES | {"max_position_embeddings": MAX_TOKENS + 2}

BERT_TOKENS = ("[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]")
ROBERTA_TOKENS = ("<s>", "<pad>", "</s>", "<unk>", "<mask>")
ALBERT_TOKENS = ("<pad>", "<unk>", "[CLS]", "[SEP]", "[MASK]")
DEBERTA_TOKENS = ("[PAD]", "[CLS]", "[SEP]", "[UNK]", "[MASK]")
MODERNBERT_NAMED_TOKENS = {
    "unk_token": "[UNK]",
    "cls_token": "[CLS]",
    "sep_token": "[SEP]",
    "pad_token": "[PAD]",
    "mask_token": "[MASK]",
}


@dataclass(frozen=True)
class Family:
    """What sets one family's checkpoint apart from the others'."""

    config_class: type[PretrainedConfig]
    tokenizer_class: type[PreTrainedTokenizerFast]
    sizes: dict[str, Any] = field(default_factory=lambda: SIZES)
    tokenizer_options: dict[str, Any] = field(default_factory=dict)


FAMILY_BY_NAME = {
    "bert": Family(BertConfig, BertTokenizerFast),
    "distilbert": Family(
        DistilBertConfig,
        DistilBertTokenizerFast,
        sizes={
            "dim": 32,
            "hidden_dim": 64,
            "n_layers": 2,
            "n_heads": 2,
            "max_position_embeddings": MAX_TOKENS,
            "initializer_range": 0.25,
        },
    ),
    "roberta": Family(RobertaConfig, RobertaTokenizerFast, sizes=ROBERTA_SIZES),
    "xlm-roberta": Family(XLMRobertaConfig, XLMRobertaTokenizerFast, sizes=ROBERTA_SIZES),
    "deberta-v3": Family(
        DebertaV2Config,
        DebertaV2TokenizerFast,
        sizes=SIZES
        | {
            "relative_attention": True,
            "position_buckets": 32,
            "norm_rel_ebd": "layer_norm",
            "share_att_key": True,
            "pos_att_type": ["p2c", "c2p"],
            "position_biased_input": False,
            "max_relative_positions": -1,
            "type_vocab_size": 0,
        },
    ),
    "electra": Family(ElectraConfig, ElectraTokenizerFast, sizes=SIZES | {"embedding_size": 16}),
    "albert": Family(AlbertConfig, AlbertTokenizerFast, sizes=SIZES | {"embedding_size": 16}),
    "modernbert": Family(
        ModernBertConfig,
        PreTrainedTokenizerFast,
        # A local window shorter than the texts, so that the export has to keep it.
        sizes=SIZES | {"local_attention": 16, "global_attn_every_n_layers": 2},
        tokenizer_options=MODERNBERT_NAMED_TOKENS,
    ),
}
FAMILIES = tuple(FAMILY_BY_NAME)


def write_tiny_checkpoint(family: str, folder: Path, *, num_labels: int = 3, seed: int = 0) -> Path:
    """Write a sequence classifier of ``family`` with its fast tokenizer to ``folder``."""
    tokenizer = build_tokenizer(family)
    config = _build_config(family, tokenizer, _name_labels(num_labels))
    torch.manual_seed(seed)
    with warnings.catch_warnings():
        # transformers imports a family on first use, and two of them call what torch deprecates.
        warnings.simplefilter("ignore", DeprecationWarning)
        model = AutoModelForSequenceClassification.from_config(config)
    return _save(model, tokenizer, folder)


def declare_logit(folder: Path) -> None:
    """Say that the one output is the logit of a label, and no number."""
    path = folder / "config.json"
    config = json.loads(path.read_text()) | {"problem_type": "multi_label_classification"}
    path.write_text(json.dumps(config))


def write_masked_language_model(folder: Path) -> Path:
    """Write a BERT that fills gaps: a checkpoint without a sequence classifier."""
    tokenizer = build_tokenizer("bert")
    torch.manual_seed(0)
    config = _build_config("bert", tokenizer, _name_labels(2))
    return _save(AutoModelForMaskedLM.from_config(config), tokenizer, folder)


def write_checkpoint_with_slow_tokenizer(folder: Path) -> Path:
    """Write a classifier whose tokenizer exists in Python only, with no fast counterpart."""
    write_checkpoint_without_tokenizer(folder)
    CanineTokenizer().save_pretrained(folder)
    return folder


def write_checkpoint_without_tokenizer(folder: Path) -> Path:
    """Write a classifier that nobody can feed."""
    write_tiny_checkpoint("bert", folder)
    for name in ("tokenizer.json", "tokenizer_config.json", "special_tokens_map.json", "vocab.txt"):
        (folder / name).unlink()
    return folder


def write_checkpoint_with_cut_weights(folder: Path) -> Path:
    """Write a classifier whose weights file stops in the middle, as after a broken download."""
    write_tiny_checkpoint("bert", folder)
    weights = folder / "model.safetensors"
    weights.write_bytes(weights.read_bytes()[: weights.stat().st_size // 2])
    return folder


def build_tokenizer(family: str) -> PreTrainedTokenizerFast:
    """Build ``family``'s kind of tokenizer."""
    match family:
        case "roberta":
            tokenizer = build_byte_pairs(ROBERTA_TOKENS, "<s>", "</s>")
        case "modernbert":
            tokens = tuple(MODERNBERT_NAMED_TOKENS.values())
            tokenizer = build_byte_pairs(tokens, "[CLS]", "[SEP]")
        case "xlm-roberta":
            tokenizer = build_unigrams(ROBERTA_TOKENS, "<s>", "</s>", "<unk>")
        case "albert":
            tokenizer = build_unigrams(ALBERT_TOKENS, "[CLS]", "[SEP]", "<unk>")
        case "deberta-v3":
            tokenizer = build_unigrams(DEBERTA_TOKENS, "[CLS]", "[SEP]", "[UNK]")
        case _:
            tokenizer = build_word_pieces(BERT_TOKENS, "[CLS]", "[SEP]", "[UNK]")
    return _wrap(tokenizer, FAMILY_BY_NAME[family])


def _wrap(tokenizer: Tokenizer, family: Family) -> PreTrainedTokenizerFast:
    return family.tokenizer_class(
        tokenizer_object=tokenizer, model_max_length=MAX_TOKENS, **family.tokenizer_options
    )


def _build_config(
    family: str, tokenizer: PreTrainedTokenizerFast, labels: tuple[str, ...]
) -> PretrainedConfig:
    chosen = FAMILY_BY_NAME[family]
    return chosen.config_class(
        vocab_size=len(tokenizer),
        pad_token_id=tokenizer.pad_token_id,
        bos_token_id=tokenizer.cls_token_id,
        eos_token_id=tokenizer.sep_token_id,
        id2label=dict(enumerate(labels)),
        label2id={label: index for index, label in enumerate(labels)},
        **chosen.sizes,
    )


def _name_labels(num_labels: int) -> tuple[str, ...]:
    return LABELS.get(num_labels, tuple(f"label {index}" for index in range(num_labels)))


def _save(model: PreTrainedModel, tokenizer: PreTrainedTokenizerFast, folder: Path) -> Path:
    model.save_pretrained(folder)
    tokenizer.save_pretrained(folder)
    return folder
