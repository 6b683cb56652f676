"""Options of the commands that make a checkpoint or read one."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from model_export.normalizations import DEFAULT_NORMALIZATION, NORMALIZATIONS

output_option = click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path, file_okay=False),
    required=True,
    help="Folder for the checkpoint.",
)
overwrite_option = click.option(
    "--overwrite", is_flag=True, help="Replace the checkpoint that is in the folder."
)
half_option = click.option("--half", is_flag=True, help="Store float16, half the size.")


def normalization_option(help_text: str) -> Callable[[Any], Any]:
    """Build the option that names the rules with which texts are read."""
    return click.option(
        "--normalization",
        type=click.Choice(list(NORMALIZATIONS)),
        metavar="NAME",
        default=DEFAULT_NORMALIZATION,
        show_default=True,
        help=help_text,
    )
