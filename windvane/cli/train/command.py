"""Options of ``windvane train``."""

from pathlib import Path
from typing import Any

import click

from model_export.normalizations import NORMALIZATIONS
from windvane.cli.checkpoint_options import normalization_option, output_option, overwrite_option
from windvane.cli.labelled_file_type import LABELLED_FILE
from windvane.cli.options import reading_options
from windvane.cli.train.setting_options import build_settings, settings_options
from windvane.training.settings import DEFAULT_BASE, TrainingSettings

# \b keeps click from filling the lines.
EXAMPLES = """\b
Examples:
  windvane train --data reviews.csv -o checkpoint
  windvane train --data mine.csv --base my-checkpoint --teacher my-large-model -o mine
  windvane train --data stars.jsonl,column=stars,map=stars --base my-encoder -o checkpoint
  windvane train --data tickets.csv --labels billing,outage,praise -o checkpoint
"""


def _parse_labels(
    _ctx: click.Context, _param: click.Parameter, value: str | None
) -> tuple[str, ...] | None:
    if value is None:
        return None
    labels = tuple(label.strip() for label in value.split(","))
    if len(set(labels)) != len(labels) or len(labels) == 1 or not all(labels):
        raise click.BadParameter("write two or more names, as in negative,positive")
    return labels


@click.command(epilog=EXAMPLES)
@click.option(
    "--data",
    type=LABELLED_FILE,
    multiple=True,
    required=True,
    help="Labelled texts to learn from: FILE[,column=NAME][,map=five][,weight=0.5]"
    "[,ignore=neutral][,teacher=no]; ignore= for texts of two labels, so that the third is not "
    "unlearned, teacher=no for texts of which the teachers know less than the labels. "
    "May be repeated.",
)
@click.option(
    "--dev",
    type=LABELLED_FILE,
    multiple=True,
    help="Labelled texts to choose the best weights on.  [default: a tenth of the data, held out]",
)
@click.option(
    "--base",
    default=DEFAULT_BASE,
    show_default=True,
    metavar="NAME",
    help="Encoder or classifier to start from: that one, a folder, or a Hugging Face id.",
)
@output_option
@click.option(
    "--teacher",
    "teachers",
    type=click.Path(path_type=Path, file_okay=False, exists=True),
    multiple=True,
    help="A checkpoint whose probabilities are learned beside the labels. May be repeated: "
    "their mean counts.",
)
@click.option(
    "--labels",
    callback=_parse_labels,
    metavar="A,B,...",
    help="The labels, in the order of the model's logits.  [default: those of the base, or "
    "negative, neutral and positive; those of the data if it has others]",
)
@overwrite_option
@reading_options
@normalization_option(
    f"Learn texts as windvane export with this option will read them: {', '.join(NORMALIZATIONS)}."
)
@click.option(
    "--augment/--no-augment",
    default=None,
    help="Add generated sentences: negation, emoji, names that must not matter.  "
    "[default: where the labels are those three]",
)
@settings_options(TrainingSettings())
def train(**options: Any) -> None:  # noqa: ANN401  click's options
    """Fine-tune a model on labelled texts; the result is what `windvane export` takes.

    Naive Bayes is fitted on the same texts, as the baseline that `windvane evaluate` shows beside
    the model. An interrupted run continues where it was when the same command is given again.
    """
    from windvane.cli.train.run import TrainArguments, run_training

    settings = build_settings(options)
    run_training(TrainArguments(settings=settings, **options))
