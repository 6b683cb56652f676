"""Loads a Hugging Face checkpoint and checks that it can be exported."""

import json
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from huggingface_hub.utils import logging as hub_logging
from optimum.utils import logging as optimum_logging
from transformers import (
    AutoConfig,
    AutoModelForSequenceClassification,
    AutoTokenizer,
    PretrainedConfig,
    PreTrainedModel,
    PreTrainedTokenizerFast,
)
from transformers.utils import logging

from model_export.checkpoint_rules import require_classifier
from model_export.checkpoint_sizes import require_limit, require_number, require_sizes
from model_export.errors import CheckpointError, first_line

WEIGHTS_FILE = "model.safetensors"
"""Of a checkpoint, unless its weights are split over several files."""

_UNLIMITED = 100_000
"""A tokenizer without a limit reports a number above this."""
_MAX_ID_PARTS = 2
_FIRST_BYTE = "<0x00>"
_POSITIONS_START_AFTER_PADDING = {
    "camembert", "data2vec-text", "mpnet", "roberta", "roberta-prelayernorm", "xlm-roberta",
    "xlm-roberta-xl",
}  # fmt: skip


@dataclass(frozen=True)
class Checkpoint:
    """A sequence classifier with its fast tokenizer, in float32 and evaluation mode."""

    name: str
    revision: str | None
    config: PretrainedConfig
    tokenizer: PreTrainedTokenizerFast
    model: PreTrainedModel

    @property
    def id2label(self) -> dict[int, str]:
        """Label by column of the logits."""
        return {int(i): str(label) for i, label in sorted(self.config.id2label.items())}

    @property
    def max_tokens(self) -> int:
        """Longest sequence that the position embeddings and the tokenizer allow."""
        limits = [self.tokenizer.model_max_length]
        positions = getattr(self.config, "max_position_embeddings", None)
        if positions:
            limits.append(positions - self._position_offset)
        limit = min(limits)
        return int(limit) if limit < _UNLIMITED else 512

    @property
    def _position_offset(self) -> int:
        """Number of leading positions that are never used."""
        starts_after_padding = self.config.model_type in _POSITIONS_START_AFTER_PADDING
        return (self.config.pad_token_id or 0) + 1 if starts_after_padding else 0


def load_checkpoint(name: str, revision: str | None = None) -> Checkpoint:
    """Load a Hugging Face id or a local folder.

    Args:
        name: Folder, or id on the Hugging Face hub.
        revision: Branch, tag or commit on the hub.

    Raises:
        CheckpointError: The checkpoint cannot be found, is no sequence classifier, has no fast
            tokenizer, lacks weights, or is of sizes that do not fit together.
    """
    require_folder_or_id(name)
    with quiet():
        config = _load_config(name, revision)
        require_classifier(name, config)
        tokenizer = _load_tokenizer(name, revision)
        model = _load_model(name, revision)
    checkpoint = Checkpoint(name, revision, config, tokenizer, model.float().eval())
    require_sizes(name, tokenizer, checkpoint.model)
    require_limit(name, tokenizer, checkpoint.model, checkpoint.max_tokens)
    return checkpoint


def default_name(name: str) -> str:
    """Return the last part of a folder or an id, the bundle's default name."""
    return Path(name).resolve().name


@contextmanager
def quiet() -> Iterator[None]:
    """Silence the log lines and warnings of transformers, optimum, the hub and torch."""
    loggings = (logging, optimum_logging, hub_logging)
    verbosities = [each.get_verbosity() for each in loggings]
    for each in loggings:
        each.set_verbosity_error()
    logging.disable_progress_bar()
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    finally:
        for each, verbosity in zip(loggings, verbosities, strict=True):
            each.set_verbosity(verbosity)


def require_folder_or_id(name: str) -> None:
    """Check that a name is a folder with a checkpoint, or can be an id on the hub.

    Raises:
        CheckpointError: The name is neither.
    """
    path = Path(name)
    if path.is_dir():
        # transformers would guess the family from the folder's name.
        if not (path / "config.json").is_file():
            raise CheckpointError(f"{name} is no checkpoint: it holds no config.json.")
    elif path.exists():
        raise CheckpointError(f"{name} is a file; give the folder of the checkpoint.")
    elif path.is_absolute() or name.startswith((".", "~")) or len(path.parts) > _MAX_ID_PARTS:
        raise CheckpointError(f"There is no folder {name}.")


def _load_config(name: str, revision: str | None) -> PretrainedConfig:
    try:
        return AutoConfig.from_pretrained(name, revision=revision, trust_remote_code=False)
    except (OSError, ValueError, TypeError, KeyError, AttributeError, RecursionError) as error:
        _refuse_own_code(name, error)
        if Path(name).is_dir():
            message = f"The config.json of {name} cannot be read: {first_line(error)}."
        else:
            message = (
                f"{name} is no folder here, and cannot be had from the Hugging Face hub: "
                f"{first_line(error)}."
            )
        raise CheckpointError(message) from error


def _refuse_own_code(name: str, error: Exception) -> None:
    """Say in a sentence that a library asked to run the code that lies in a checkpoint."""
    if "trust_remote_code" in str(error):
        raise CheckpointError(
            f"{name} needs Python code of its own (auto_map in its config), "
            "which the export never runs."
        ) from error


def _refuse_sentencepiece(name: str, error: Exception) -> None:
    """Name the package that converts a folder's tokenizer, or say that it is damaged."""
    file = _find_sentencepiece(name)
    if file is None:
        return
    place = f"{name} has its tokenizer in {file} only, in SentencePiece's format"
    if not find_spec("sentencepiece"):
        raise CheckpointError(
            f'{place}; to convert it, run "pip install sentencepiece".'
        ) from error
    raise CheckpointError(f"{place}, which cannot be converted: {first_line(error)}.") from error


def _find_sentencepiece(name: str) -> str | None:
    """Find the SentencePiece file of a folder that has no tokenizer.json."""
    folder = Path(name)
    files = sorted(folder.glob("*.model")) if folder.is_dir() else []
    return files[0].name if files and not (folder / "tokenizer.json").exists() else None


def _require_same_tokens(name: str, tokenizer: PreTrainedTokenizerFast) -> None:
    """Refuse a conversion that would read rare characters as unknown instead of as bytes."""
    if _find_sentencepiece(name) is None or _FIRST_BYTE not in tokenizer.get_vocab():
        return
    if not json.loads(tokenizer.backend_tokenizer.to_str())["model"].get("byte_fallback"):
        raise CheckpointError(
            f"The SentencePiece tokenizer of {name} uses byte fallback, which its conversion "
            "loses; save its fast tokenizer (tokenizer.json) beside it."
        )


def _load_tokenizer(name: str, revision: str | None) -> PreTrainedTokenizerFast:
    try:
        tokenizer = AutoTokenizer.from_pretrained(name, revision=revision, trust_remote_code=False)
    except (TypeError, AttributeError) as error:  # raised where the path of a file is None
        _refuse_sentencepiece(name, error)
        raise CheckpointError(f"{name} has no tokenizer (tokenizer.json).") from error
    except Exception as error:  # tokenizers raises plain Exception
        _refuse_own_code(name, error)
        _refuse_sentencepiece(name, error)
        raise CheckpointError(
            f"The tokenizer of {name} cannot be loaded: {first_line(error)}."
        ) from error
    if not tokenizer.is_fast:
        raise CheckpointError(
            f"{name} has no fast tokenizer (tokenizer.json), which the service needs."
        )
    _require_same_tokens(name, tokenizer)
    require_number(name, tokenizer.model_max_length)
    tokenizer.truncation_side = "right"  # the service's windows begin at the start of a text
    return tokenizer


def _load_model(name: str, revision: str | None) -> Any:  # noqa: ANN401  untyped library
    try:
        model, info = AutoModelForSequenceClassification.from_pretrained(
            name, revision=revision, trust_remote_code=False, output_loading_info=True
        )
    except Exception as error:  # safetensors raises plain Exception
        _refuse_own_code(name, error)
        raise CheckpointError(
            f"The weights of {name} cannot be loaded: {first_line(error)}."
        ) from error
    if info["missing_keys"]:
        missing = ", ".join(sorted(info["missing_keys"])[:3])
        raise CheckpointError(f"The weights of {name} lack {missing}; was it trained to classify?")
    for weight, value in model.named_parameters():
        if not value.isfinite().all():
            raise CheckpointError(f"The weights of {name} are damaged: {weight} is not finite.")
    return model
