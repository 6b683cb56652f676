"""Checks that a checkpoint's tokenizer fits its embeddings, and its limit its positions."""

from typing import Any

from torch import nn
from transformers import PreTrainedModel, PreTrainedTokenizerFast

from model_export.errors import CheckpointError
from windvane.inference.manifest import LEAST_MAX_TOKENS
from windvane.inference.windows import overlap_tokens

_POSITIONS = ("position_embeddings", "embed_positions", "wpe")


def require_number(name: str, limit: Any) -> None:  # noqa: ANN401  whatever the file says
    """Check that ``model_max_length`` is a whole number; 64.0 is one, and so is 1e30.

    Raises:
        CheckpointError: It is not.
    """
    is_number = isinstance(limit, int | float) and not isinstance(limit, bool)
    if not is_number or not limit >= LEAST_MAX_TOKENS:  # NaN fails as well
        raise CheckpointError(
            f"The model_max_length of {name} in tokenizer_config.json is not a number "
            f"of at least {LEAST_MAX_TOKENS}."
        )


def require_sizes(name: str, tokenizer: PreTrainedTokenizerFast, model: PreTrainedModel) -> None:
    """Check that the embeddings have a row for every token.

    Raises:
        CheckpointError: A text with the last token would be answered with an error.
    """
    largest = max(tokenizer.get_vocab().values(), default=0)
    rows = model.get_input_embeddings().weight.shape[0]
    if largest >= rows:
        raise CheckpointError(
            f"The tokenizer of {name} gives tokens up to number {largest}, and its embeddings hold "
            f"{rows}; call resize_token_embeddings, and train it with them."
        )


def require_limit(
    name: str, tokenizer: PreTrainedTokenizerFast, model: PreTrainedModel, max_tokens: int
) -> None:
    """Check that the model has a position for every token of a window.

    Raises:
        CheckpointError: A text as long as the limit would be answered with an error.
    """
    positions = count_positions(model)
    if positions is not None and max_tokens > positions:
        raise CheckpointError(
            f"{name} would read {max_tokens} tokens, and has {positions} positions; "
            f"set model_max_length in tokenizer_config.json to {positions}."
        )
    if max_tokens <= tokenizer.num_special_tokens_to_add() + 1:
        raise CheckpointError(f"{name} reads {max_tokens} tokens only, too few for a text.")


def require_window(
    name: str, tokenizer: PreTrainedTokenizerFast, max_tokens: int, window_tokens: int
) -> None:
    """Check that a window is no longer than what the checkpoint reads, and has room for a text.

    Raises:
        CheckpointError: It is longer, or has no room.
    """
    if window_tokens > max_tokens:
        raise CheckpointError(
            f"{name} reads {max_tokens} tokens, fewer than the {window_tokens} of a window; "
            "choose a shorter one with --window-tokens."
        )
    special = tokenizer.num_special_tokens_to_add()
    if special + overlap_tokens(window_tokens) >= window_tokens:
        raise CheckpointError(
            f"Windows of {window_tokens} tokens have no room for a text beside the {special} "
            f"special tokens of {name}; choose longer ones with --window-tokens."
        )


def count_positions(model: PreTrainedModel) -> int | None:
    """Count the tokens that a model has a position for; None if its positions are relative."""
    return min(
        (
            module.num_embeddings - (0 if module.padding_idx is None else module.padding_idx + 1)
            for path, module in model.named_modules()
            if isinstance(module, nn.Embedding) and path.endswith(_POSITIONS)
        ),
        default=None,
    )
