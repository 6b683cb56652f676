"""The options of ``windvane average``."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from windvane.cli.checkpoint_options import half_option, output_option, overwrite_option
from windvane.cli.finite_range import FiniteRange

_LARGEST_SCALE = 10.0
_LARGEST_OFFSET = 10.0
_WEIGHT = FiniteRange(0, min_open=True)
_SCALE = FiniteRange(0, _LARGEST_SCALE, min_open=True)
_OFFSET = FiniteRange(-_LARGEST_OFFSET, _LARGEST_OFFSET)


def _parse_weights(
    ctx: click.Context, param: click.Parameter, value: str | None
) -> tuple[float, ...] | None:
    if value is None:
        return None
    return tuple(_WEIGHT.convert(weight, param, ctx) for weight in value.split(","))


def _parse_by_label(
    number: FiniteRange,
) -> Callable[[click.Context, click.Parameter, tuple[str, ...]], dict[str, float]]:
    """Build what parses ``LABEL=NUMBER``, given once for each label."""

    def parse(
        ctx: click.Context, param: click.Parameter, values: tuple[str, ...]
    ) -> dict[str, float]:
        numbers: dict[str, float] = {}
        for value in values:
            label, separator, text = value.rpartition("=")
            if not separator or not label or label in numbers:
                raise click.BadParameter("write each label once, as in negative=0.5")
            numbers[label] = number.convert(text, param, ctx)
        return numbers

    return parse


@click.command()
@click.argument(
    "checkpoints",
    type=click.Path(path_type=Path, file_okay=False, exists=True),
    nargs=-1,
    required=True,
)
@output_option
@click.option(
    "--weights",
    callback=_parse_weights,
    metavar="2,1,...",
    help="The weight of each checkpoint.  [default: all the same]",
)
@click.option(
    "--scale",
    "scales",
    multiple=True,
    callback=_parse_by_label(_SCALE),
    metavar="LABEL=NUMBER",
    help="Multiply the logit of a label, for every text, before its offset: below 1 the model is "
    "less sure of that label. May be repeated.",
)
@click.option(
    "--offset",
    "offsets",
    multiple=True,
    callback=_parse_by_label(_OFFSET),
    metavar="LABEL=NUMBER",
    help="Add to the logit of a label, for every text: 0.5 makes it about 1.6 times as likely. "
    "May be repeated.",
)
@half_option
@overwrite_option
def average(**options: Any) -> None:  # noqa: ANN401  click's options
    """Average the weights of CHECKPOINTS that were fine-tuned from the same one.

    The average of runs with different seeds or data is often better than each of them, and the
    average with the checkpoint that they started from forgets less of what that one knew.
    """
    from windvane.cli.average.run import AverageOptions, run_average

    run_average(AverageOptions(**options))
