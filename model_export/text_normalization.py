"""Normalization of texts inside a bundle's tokenizer, so that whatever opens it has it."""

from collections.abc import Callable, Collection, Sequence
from copy import deepcopy
from dataclasses import replace

from tokenizers import Tokenizer, normalizers
from tokenizers.normalizers import Normalizer

from model_export.checkpoint import Checkpoint
from model_export.normalization_rules import (
    compose_compatible_characters,
    decode_entities,
    mask_links,
    mask_mentions,
    part_words,
    remove_tags,
    restore_look_alikes,
)
from model_export.normalizations import AFTER, BEFORE, NORMALIZATIONS

_BUILDERS: dict[str, Callable[[], list[Normalizer]]] = {
    "compatible characters": compose_compatible_characters,
    "blanks": part_words,
    "tags": remove_tags,
    "entities": decode_entities,
    "links": mask_links,
    "mentions": mask_mentions,
    "look-alikes": restore_look_alikes,
}


def normalize_checkpoint(checkpoint: Checkpoint, name: str) -> Checkpoint:
    """Return a checkpoint whose tokenizer has the rules of a normalization.

    Args:
        checkpoint: The checkpoint, which stays as it is.
        name: One of `NORMALIZATIONS`.
    """
    tokenizer = deepcopy(checkpoint.tokenizer)
    normalize_tokenizer(tokenizer.backend_tokenizer, NORMALIZATIONS[name].rules)
    return replace(checkpoint, tokenizer=tokenizer)


def normalize_tokenizer(tokenizer: Tokenizer, rules: Collection[str]) -> None:
    """Put rules before and behind the normalizer of a tokenizer.

    Args:
        tokenizer: A tokenizer, which is changed.
        rules: Names in `BEFORE` and `AFTER`; without any the tokenizer stays as it is.
    """
    before, after = _build(BEFORE, rules), _build(AFTER, rules)
    if before or after:
        own = [] if tokenizer.normalizer is None else [tokenizer.normalizer]
        tokenizer.normalizer = normalizers.Sequence([*before, *own, *after])


def build_rules(rules: Collection[str]) -> Normalizer:
    """Build the rules that precede a tokenizer's own normalizer.

    Args:
        rules: Names in `BEFORE`; others are left out.

    Returns:
        Rules whose ``normalize_str`` rewrites a text and keeps its case.
    """
    return normalizers.Sequence(_build(BEFORE, rules))


def _build(order: Sequence[str], rules: Collection[str]) -> list[Normalizer]:
    return [step for name in order if name in rules for step in _BUILDERS[name]()]
