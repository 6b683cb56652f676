"""The labels of the model that training starts from."""

import re

from transformers import AutoConfig

from model_export.checkpoint import quiet, require_folder_or_id
from model_export.checkpoint_rules import is_classifier
from model_export.errors import first_line
from windvane.training.errors import BaseModelError
from windvane.training.settings import DEFAULT_BASE

_NO_NAME = re.compile(r"LABEL_[0-9]+")
"""transformers names labels so if a config does not."""


def read_base_labels(name: str) -> tuple[str, ...]:
    """Read the labels of a classifier, in the order of its logits.

    Args:
        name: As `load_base` takes it.

    Returns:
        Empty for an encoder, and for a classifier whose labels have no names.

    Raises:
        BaseModelError: Its config cannot be read.
        CheckpointError: The name is no folder with a checkpoint, and cannot be an id.
    """
    if name == DEFAULT_BASE:
        return ()
    require_folder_or_id(name)
    try:
        with quiet():
            config = AutoConfig.from_pretrained(name, trust_remote_code=False)
    except Exception as error:  # transformers raises no narrower one
        raise BaseModelError(f"The base {name} cannot be loaded: {first_line(error)}.") from error
    labels = tuple(str(label) for _, label in sorted(config.id2label.items()))
    if not is_classifier(config) or any(map(_NO_NAME.fullmatch, labels)):
        return ()
    return labels
