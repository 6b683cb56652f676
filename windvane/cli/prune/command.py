"""The options of ``windvane prune``."""

from pathlib import Path
from typing import Any

import click

from model_export.normalizations import NORMALIZATIONS
from windvane.cli.checkpoint_options import (
    half_option,
    normalization_option,
    output_option,
    overwrite_option,
)

_CHECKPOINT = click.Path(path_type=Path, file_okay=False, exists=True)
_TEXT_FILE = click.Path(path_type=Path, exists=True, dir_okay=False)


@click.command()
@click.argument("checkpoint", type=_CHECKPOINT)
@output_option
@click.option(
    "--neurons",
    type=click.IntRange(1),
    required=True,
    help="Neurons of each feed-forward layer that stay; multiples of 128 are quickest.",
)
@click.option(
    "--texts",
    type=_TEXT_FILE,
    required=True,
    help="Texts like those that the model will read, one a line; thousands of them.",
)
@normalization_option(
    "Read texts as windvane export with this option does: " + ", ".join(NORMALIZATIONS) + "."
)
@click.option("--seed", type=click.IntRange(0), default=1, show_default=True, help="Random seed.")
@half_option
@overwrite_option
def prune(**options: Any) -> None:  # noqa: ANN401  click's options
    """Take the neurons out of CHECKPOINT's feed-forward layers that it can best do without.

    What is left is an ordinary checkpoint that is smaller and faster. Give it back what it lost by
    training it with the whole one as its teacher, which the command shows.

    \b
    Example:
      windvane prune mine --neurons 1280 --texts texts.txt -o pruned
    """  # noqa: D301 - \b is click's
    from windvane.cli.prune.run import PruneOptions, run_prune

    run_prune(PruneOptions(**options))
