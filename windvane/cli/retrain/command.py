"""The options of ``windvane retrain``."""

from pathlib import Path
from typing import Any

import click

from windvane.cli.finite_range import FiniteRange
from windvane.cli.gate_options import GATE_FAILED, champion_option, gate_option
from windvane.cli.labelled_file_type import LABELLED_FILE
from windvane.cli.options import reading_options, threads_option
from windvane.cli.result_log_uri import result_log_option
from windvane.cli.timestamp_type import period_options
from windvane.cli.train.setting_options import build_settings, settings_options
from windvane.evaluation.corrections import FEWEST_CORRECTIONS
from windvane.training.settings import TrainingSettings

DEFAULTS = TrainingSettings(epochs=1, learning_rate=3e-5, averaging=0.99, balance=0.0)
"""Gentler than `windvane train`: a model that serves has little to learn and much to lose."""
CORRECTIONS_WEIGHT = 4.0
_FOLDER = click.Path(path_type=Path, file_okay=False)

# \b keeps click from filling the lines.
EXAMPLES = """\b
Examples:
  windvane retrain test.csv --replay reviews.csv --gate gate.toml -o retrained
  windvane retrain test.csv --corrections checked.csv --replay old.csv --gate gate.toml -o new
"""


@click.command(epilog=EXAMPLES)
@click.argument("files", nargs=-1, type=LABELLED_FILE, required=True, metavar="FILE...")
@click.option(
    "--corrections",
    type=LABELLED_FILE,
    help="Corrections, as `windvane results export --corrected` writes them.  [default: those of "
    "the result log]",
)
@result_log_option
@click.option(
    "--texts",
    metavar="FILE",
    help="Texts of results that were recorded with the hash of their text alone.",
)
@period_options()
@click.option(
    "--min-corrections",
    type=click.IntRange(2),
    default=FEWEST_CORRECTIONS,
    show_default=True,
    help="Fewest usable corrections to retrain for.",
)
@click.option(
    "--corrections-weight",
    type=FiniteRange(0, 1000, min_open=True),
    default=CORRECTIONS_WEIGHT,
    show_default=True,
    help="How often an epoch reads each correction.",
)
@click.option(
    "--replay",
    type=LABELLED_FILE,
    multiple=True,
    required=True,
    help="Data that the model has learned from, so that it is not forgotten: as --data of "
    "`windvane train`. May be repeated.",
)
@click.option(
    "--dev",
    type=LABELLED_FILE,
    multiple=True,
    help="Labelled texts to choose the best weights and the temperature on.  [default: a tenth of "
    "the replayed data, held out]",
)
@champion_option
@click.option(
    "--checkpoint",
    metavar="DIR",
    help="The checkpoint that the champion was exported from.  [default: the folder checkpoint "
    "beside the champion's]",
)
@gate_option
@click.option("-o", "--output", type=_FOLDER, required=True, help="Folder for all that is made.")
@click.option("--overwrite", is_flag=True, help="Begin anew in a folder that holds another run.")
@click.option(
    "--augment/--no-augment",
    default=None,
    help="Add generated sentences, as `windvane train` does.  [default: where the labels are "
    "negative, neutral and positive]",
)
@reading_options
@threads_option
@settings_options(DEFAULTS)
@click.pass_context
def retrain(ctx: click.Context, /, **options: Any) -> None:  # noqa: ANN401 - one type each
    """Retrain the model in use with corrections, and decide whether the result may replace it.

    Reads corrections from the result log, checks them, fine-tunes the champion's checkpoint on
    them and on data that it has learned before, exports a bundle, and puts it beside the champion
    on the frozen labelled FILEs and all else that the gate file names, as `windvane gate` does.
    A fifth of the corrections is not learned but measured on.

    The output folder gets corrections, checkpoint, bundle, the page (report.html, report.md) and
    gate.json. An interrupted run continues when the same command is given again.

    Ends with 0 if the gate is kept, 1 if it is not, and 2 if the input cannot be used.
    """
    from windvane.cli.retrain.retrain_inputs import RetrainArguments
    from windvane.cli.retrain.run import run_retraining

    settings = build_settings(options)
    if not run_retraining(RetrainArguments(settings=settings, **options)):
        ctx.exit(GATE_FAILED)
