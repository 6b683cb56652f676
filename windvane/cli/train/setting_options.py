"""An option of ``windvane train`` for each field of `TrainingSettings`."""

from collections.abc import Callable
from dataclasses import fields
from typing import Any

import click

from windvane.cli.finite_range import FiniteRange
from windvane.training.settings import TrainingSettings

_SHARE = FiniteRange(0, 1)
_ABOVE_ZERO = FiniteRange(0, min_open=True)
_COUNT = click.IntRange(1)

SETTINGS: dict[str, tuple[click.ParamType[Any], str]] = {
    "epochs": (_ABOVE_ZERO, "Passes over the data; fractions such as 1.5 are fine."),
    "batch_texts": (_COUNT, "Texts in a batch."),
    "max_tokens": (click.IntRange(8), "Longest text; of a longer one each epoch reads a window."),
    "learning_rate": (_ABOVE_ZERO, "Highest learning rate, that of the last layer."),
    "layer_decay": (_SHARE, "Learning rate of each layer, as a share of that of the next."),
    "warmup": (_SHARE, "Share of the steps in which the learning rate rises."),
    "weight_decay": (_SHARE, "Weight decay of AdamW."),
    "dropout": (_SHARE, "Dropout rate.  [default: the base model's]"),
    "label_smoothing": (_SHARE, "Share of a target that is spread evenly over the labels."),
    "balance": (_SHARE, "Weighting of rare labels in a file: 0 is none, 1 makes labels equal."),
    "teacher_share": (_SHARE, "Share of a target that comes from the teachers."),
    "substitutions": (
        click.IntRange(0),
        "Variants of each longer text with some words replaced, labelled by the teachers.",
    ),
    "averaging": (_SHARE, "Decay of the averaged weights, which are the ones that are saved."),
    "freeze_embeddings": (click.BOOL, "Do not train the word embeddings."),
    "evaluations": (_COUNT, "Evaluations on the dev files in each epoch."),
    "patience": (_COUNT, "Stop after this many evaluations without a better one."),
    "seed": (click.IntRange(0), "Seed of all random choices."),
}
"""Type and help of each option, by the name of its field."""


def settings_options(
    defaults: TrainingSettings,
) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """Build a decorator that adds an option for each setting."""

    def decorate(command: Callable[..., None]) -> Callable[..., None]:
        for setting in reversed(fields(TrainingSettings)):
            command = _build_option(setting.name, getattr(defaults, setting.name))(command)
        return command

    return decorate


def _build_option(
    setting: str,
    default: Any,  # noqa: ANN401 - of the setting's type
) -> Callable[[Callable[..., None]], Callable[..., None]]:
    kind, text = SETTINGS[setting]
    name = "--" + setting.replace("_", "-")
    if isinstance(default, bool):
        return click.option(name, setting, is_flag=True, help=text)
    return click.option(name, setting, type=kind, default=default, show_default=True, help=text)


def build_settings(options: dict[str, Any]) -> TrainingSettings:
    """Take the settings out of a command's options."""
    return TrainingSettings(
        **{setting.name: options.pop(setting.name) for setting in fields(TrainingSettings)}
    )
