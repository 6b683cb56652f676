"""The checkpoint to export: found, checked and opened."""

import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from huggingface_hub.errors import HFValidationError
from optimum.utils import logging as optimum_logging
from safetensors import SafetensorError
from transformers import (
    AutoConfig,
    AutoModelForSequenceClassification,
    AutoTokenizer,
    PretrainedConfig,
    PreTrainedModel,
    PreTrainedTokenizerFast,
)
from transformers.utils import logging

from model_export.errors import CheckpointError

_UNLIMITED = 100_000
"""Tokenizers without a limit of their own say a number past this."""


@dataclass(frozen=True)
class Checkpoint:
    """A sequence classifier with its fast tokenizer, loaded as float32 for evaluation."""

    name: str
    revision: str | None
    config: PretrainedConfig
    tokenizer: PreTrainedTokenizerFast
    model: PreTrainedModel

    @property
    def id2label(self) -> dict[int, str]:
        """Label by column of the logits."""
        return {int(i): str(label) for i, label in self.config.id2label.items()}

    @property
    def max_tokens(self) -> int:
        """Longest sequence that the positions and the tokenizer allow."""
        limits = [self.tokenizer.model_max_length]
        positions = getattr(self.config, "max_position_embeddings", None)
        if positions:
            limits.append(positions - self._position_offset)
        limit = min(limits)
        return limit if limit < _UNLIMITED else 512

    @property
    def _position_offset(self) -> int:
        """RoBERTa's positions start behind the padding id, so the first ones are never used."""
        offset_families = {"roberta", "xlm-roberta", "camembert"}
        return self.config.pad_token_id + 1 if self.config.model_type in offset_families else 0


def load_checkpoint(name: str, revision: str | None = None) -> Checkpoint:
    """Load a Hugging Face id or a local folder.

    Args:
        name: Folder, or id on the Hugging Face hub.
        revision: Branch, tag or commit on the hub.

    Raises:
        CheckpointError: It cannot be reached, is no sequence classifier, or has no fast tokenizer.
    """
    with quiet():
        config = _load(AutoConfig, "configuration", name, revision)
        _require_classifier(name, config)
        tokenizer = _load(AutoTokenizer, "tokenizer", name, revision)
        if not tokenizer.is_fast:
            raise CheckpointError(
                f"{name} has no fast tokenizer (tokenizer.json), which the service needs."
            )
        model = _load(AutoModelForSequenceClassification, "weights", name, revision)
    return Checkpoint(name, revision, config, tokenizer, model.float().eval())


def default_name(name: str) -> str:
    """Name a bundle after its checkpoint: the last part of the folder or the id."""
    return Path(name).name or name


@contextmanager
def quiet() -> Iterator[None]:
    """Keep transformers, optimum and torch from printing advice that a person cannot follow."""
    verbosity, optimum_verbosity = logging.get_verbosity(), optimum_logging.get_verbosity()
    logging.set_verbosity_error()
    optimum_logging.set_verbosity_error()
    logging.disable_progress_bar()
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    finally:
        logging.set_verbosity(verbosity)
        optimum_logging.set_verbosity(optimum_verbosity)


def _require_classifier(name: str, config: PretrainedConfig) -> None:
    architectures = config.architectures or []
    if not any(each.endswith("ForSequenceClassification") for each in architectures):
        found = ", ".join(architectures) or "no architecture"
        raise CheckpointError(f"{name} is no sequence classifier: its config names {found}.")


def _load(kind: Any, what: str, name: str, revision: str | None) -> Any:  # noqa: ANN401  untyped library
    try:
        return kind.from_pretrained(name, revision=revision)
    except (OSError, ValueError, TypeError, KeyError, HFValidationError, SafetensorError) as error:
        where = (
            "folder" if Path(name).exists() else "local folder or Hugging Face id that is reachable"
        )
        raise CheckpointError(
            f"The {what} of {name} cannot be loaded; is it a complete checkpoint, a {where}?"
        ) from error
