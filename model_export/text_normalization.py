"""Normalization of texts inside a bundle's tokenizer, so that whoever opens it has it."""

from collections.abc import Callable

from tokenizers.normalizers import Normalizer, Sequence

from model_export.normalization_rules import mask_links_and_mentions

NORMALIZATIONS: dict[str, Callable[[], list[Normalizer]]] = {"social": mask_links_and_mentions}


def build_normalizer(name: str) -> Normalizer:
    """Build the rules of a normalization; ``normalize_str`` applies them to a text.

    Args:
        name: One of `NORMALIZATIONS`.
    """
    return Sequence(NORMALIZATIONS[name]())
