"""``windvane train``: the options; the work is in `windvane.cli.train.run`."""

from dataclasses import fields
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypedDict, Unpack

import click

from windvane.cli.options import files_format_option, text_column_option
from windvane.rows.labelled_files import LABELLED_FILE, LabelledFile
from windvane.training.settings import TrainingSettings

if TYPE_CHECKING:
    from collections.abc import Callable

DEFAULT_BASE = "all-MiniLM-L6-v2"
_FOLDER = click.Path(path_type=Path, file_okay=False)
_SHARE = click.FloatRange(0, 1)
_ABOVE_ZERO = click.FloatRange(0, min_open=True)
_COUNT = click.IntRange(1)
# Each setting of a run: what it may be, and what it does.
SETTINGS: dict[str, tuple[click.ParamType[Any], str]] = {
    "epochs": (_ABOVE_ZERO, "How often the data is read; may be broken, such as 1.5."),
    "batch_texts": (_COUNT, "Texts that one step learns from."),
    "max_tokens": (click.IntRange(8), "Longest text; of a longer one each epoch reads a part."),
    "learning_rate": (_ABOVE_ZERO, "Highest learning rate, that of the last layer."),
    "layer_decay": (_SHARE, "Each layer learns at this part of the rate of the one above."),
    "warmup": (_SHARE, "Part of the steps in which the rate rises."),
    "weight_decay": (_SHARE, "How fast weights that nothing needs shrink."),
    "dropout": (_SHARE, "Part of the activations left out.  [default: the base's own]"),
    "label_smoothing": (_SHARE, "Part of a label's probability spread over all labels."),
    "balance": (_SHARE, "How far rare labels of a file count more; 1 makes all count alike."),
    "teacher_share": (_SHARE, "Part of a target that is the teachers' answer."),
    "substitutions": (
        click.IntRange(0),
        "Variants of each longer text, with other words in it, for the teachers to label.",
    ),
    "averaging": (_SHARE, "Decay of the averaged weights, which are those that are kept."),
    "freeze_embeddings": (click.BOOL, "Leave the word embeddings as they are."),
    "evaluations": (_COUNT, "How often an epoch is measured on the dev files."),
    "patience": (_COUNT, "Measurements without a better one after which the run stops."),
    "seed": (click.IntRange(0), "Of everything that is random."),
}


# \b keeps click from filling the lines.
EXAMPLES = """\b
Examples:
  windvane train --data reviews.csv -o checkpoint
  windvane train --data mine.csv --base models/sentiment-minilm/checkpoint -o mine
  windvane train --data stars.jsonl,column=stars,map=stars --base my-encoder -o checkpoint
"""


class TrainOptions(TypedDict):
    """What was asked for on the command line; each setting beside these has its own key."""

    data: tuple[LabelledFile, ...]
    dev: tuple[LabelledFile, ...]
    base: str
    output: Path
    teachers: tuple[Path, ...]
    labels: tuple[str, ...]
    input_format: str | None
    text_column: str
    augment: bool | None
    overwrite: bool


def _parse_labels(_ctx: click.Context, _param: click.Parameter, value: str) -> tuple[str, ...]:
    labels = tuple(label.strip() for label in value.split(","))
    if len(set(labels)) != len(labels) or len(labels) == 1 or not all(labels):
        raise click.BadParameter("write two or more names, as in negative,positive")
    return labels


def _settings_options(command: "Callable[..., None]") -> "Callable[..., None]":
    """Give the command an option for each setting."""
    defaults = TrainingSettings()
    for setting in reversed(fields(TrainingSettings)):
        kind, text = SETTINGS[setting.name]
        default = getattr(defaults, setting.name)
        name = "--" + setting.name.replace("_", "-")
        if isinstance(default, bool):
            option = click.option(name, setting.name, is_flag=True, help=text)
        else:
            option = click.option(
                name, setting.name, type=kind, default=default, show_default=True, help=text
            )
        command = option(command)
    return command


@click.command(epilog=EXAMPLES)
@click.option(
    "--data",
    type=LABELLED_FILE,
    multiple=True,
    required=True,
    help="Labelled texts to learn from: FILE[,column=NAME][,map=five][,weight=0.5]"
    "[,ignore=neutral]; the last for texts of two labels, so that the third is not unlearned. "
    "May be repeated.",
)
@click.option(
    "--dev",
    type=LABELLED_FILE,
    multiple=True,
    help="Labelled texts to choose the best weights on.  [default: a tenth of the data, left out]",
)
@click.option(
    "--base",
    default=DEFAULT_BASE,
    show_default=True,
    metavar="NAME",
    help="Encoder or classifier to start from: that one, a folder, or a Hugging Face id.",
)
@click.option("-o", "--output", type=_FOLDER, required=True, help="Folder for the checkpoint.")
@click.option(
    "--teacher",
    "teachers",
    type=click.Path(path_type=Path, file_okay=False, exists=True),
    multiple=True,
    help="A checkpoint to learn from beside the labels. May be repeated: their mean counts.",
)
@click.option(
    "--labels",
    callback=_parse_labels,
    default="negative,neutral,positive",
    show_default=True,
    metavar="A,B,...",
    help="The labels, in the order of the model's answers.",
)
@click.option("--overwrite", is_flag=True, help="Replace the checkpoint that is in the folder.")
@files_format_option
@text_column_option
@click.option(
    "--augment/--no-augment",
    default=None,
    help="Add sentences of our own: negation, emoji, names that must not matter.  "
    "[default: where the labels are those three]",
)
@_settings_options
def train(**options: Unpack[TrainOptions]) -> None:
    """Fine-tune a model on labelled texts; the result is what `windvane export` takes.

    Naive Bayes is fitted on the same texts, as the baseline that `windvane evaluate` shows beside
    the model. A run that was cut off goes on where it was, when the same command is given again.
    """
    from windvane.cli.train.run import run_training

    run_training(options)
