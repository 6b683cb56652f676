"""The options of ``windvane bias``."""

from pathlib import Path
from typing import Any

import click

from windvane.cli.options import json_option, threads_option

LIMIT_EXCEEDED = 1
"""Exit code of a complete run whose bundle exceeds a limit."""


@click.command()
@click.argument("bundle", metavar="BUNDLE")
@click.option(
    "--dimension",
    "dimensions",
    multiple=True,
    metavar="NAME",
    help="Measure only this dimension, such as country or name. May be repeated.  [default: all]",
)
@click.option(
    "--limits",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="TOML file of limits.  [default: the shipped limits.toml, which describes the format]",
)
@click.option(
    "--terms",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="TOML file of terms.  [default: the shipped terms.toml, which describes the format]",
)
@click.option(
    "--templates",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="TOML file of sentences.  [default: windvane/evaluation/bias/templates.toml]",
)
@click.option(
    "--positive",
    default="positive",
    show_default=True,
    metavar="LABEL",
    help="The label whose probability is compared.",
)
@click.option("--report", metavar="FILE", help="Write a page with pictures and every figure.")
@threads_option
@json_option
@click.pass_context
def bias(ctx: click.Context, /, **options: Any) -> None:  # noqa: ANN401 - one type each
    """Measure how much BUNDLE's predictions change with what must not matter.

    Template sentences are filled with every country, and with nationalities, names, genders,
    religions, ages, disabilities and orientations. A text's difference is its positive
    probability minus the mean of the same sentence's fillings; a text flips if its label is not
    the most frequent one of them. Groups are compared by paired t-tests with Holm's correction.

    Ends with 1 if a limit is exceeded, so that a release can be stopped.

    \b
    Examples:
      windvane bias models/sentiment-minilm/bundle --report bias.html
      windvane bias bundle --dimension country --limits limits.toml --json
    """  # noqa: D301 - click reads the backspace: it keeps the lines below as they are
    from windvane.cli.bias.run import BiasOptions, run_bias_command

    if run_bias_command(BiasOptions(**options)):
        ctx.exit(LIMIT_EXCEEDED)
