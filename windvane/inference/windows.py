"""Windows: slices of a text that is longer than the model's limit."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

import msgspec
import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

OVERLAP_TOKENS = 16
"""Tokens that neighbouring windows share, so that one of them has each phrase whole.

Twice as many would take an eighth more time at windows of 128 tokens, for a gain within chance."""


class Window(msgspec.Struct, frozen=True):
    """A slice of a text that fits the model.

    Attributes:
        input_ids: Token ids, special tokens included.
        text_tokens: How many of them are not special tokens.
    """

    input_ids: list[int]
    text_tokens: int


class EncodedText(msgspec.Struct, frozen=True):
    """A text as the model reads it.

    Attributes:
        windows: Overlapping windows, in text order; most texts have one.
        tokens: Tokens of the text, special tokens once.
        unknown_tokens: How many of them the vocabulary lacks.
        input_ids: Ids of these tokens: those that two windows share are there once.
    """

    windows: list[Window]
    tokens: int
    unknown_tokens: int = 0
    input_ids: list[int] = []


def overlap_tokens(max_tokens: int) -> int:
    """Return how many tokens neighbouring windows share; fewer if the model's limit is small."""
    return min(OVERLAP_TOKENS, max_tokens // 4)


def average_logits(
    windows: Sequence[Window], logits: "Sequence[NDArray[np.float32]]"
) -> "NDArray[np.float32]":
    """Average the logits of a text's windows, weighted by their text tokens.

    Args:
        windows: The windows of one text.
        logits: One float32 row of shape (num_labels,) for each window.

    Returns:
        Logits of the text, float32, shape (num_labels,).
    """
    if len(windows) == 1:
        return logits[0]
    weights = [window.text_tokens for window in windows]
    return np.average(np.stack(logits), axis=0, weights=weights).astype(np.float32)
