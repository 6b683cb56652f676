"""The options of ``windvane average``."""

from pathlib import Path
from typing import Any

import click

from windvane.cli.finite_range import FiniteRange

_FOLDER = click.Path(path_type=Path, file_okay=False)
_WEIGHT = FiniteRange(0, min_open=True)


def _parse_weights(
    ctx: click.Context, param: click.Parameter, value: str | None
) -> tuple[float, ...] | None:
    if value is None:
        return None
    return tuple(_WEIGHT.convert(weight, param, ctx) for weight in value.split(","))


@click.command()
@click.argument(
    "checkpoints",
    type=click.Path(path_type=Path, file_okay=False, exists=True),
    nargs=-1,
    required=True,
)
@click.option("-o", "--output", type=_FOLDER, required=True, help="Folder for the checkpoint.")
@click.option(
    "--weights",
    callback=_parse_weights,
    metavar="2,1,...",
    help="The weight of each checkpoint.  [default: all the same]",
)
@click.option("--half", is_flag=True, help="Store float16, half the size.")
@click.option("--overwrite", is_flag=True, help="Replace the checkpoint that is in the folder.")
def average(**options: Any) -> None:  # noqa: ANN401  click's options
    """Average the weights of CHECKPOINTS that were fine-tuned from the same one.

    The average of runs with different seeds or data is often better than each of them, and the
    average with the checkpoint that they started from forgets less of what that one knew.
    """
    from windvane.cli.average.run import AverageOptions, run_average

    run_average(AverageOptions(**options))
