"""The options of ``windvane language``."""

import re
from pathlib import Path
from typing import Any

import click

from windvane.cli.options import reading_options

_FILE = click.Path(path_type=Path, exists=True, dir_okay=False)


def _check_language(_ctx: click.Context, _param: click.Parameter, value: str | None) -> str | None:
    # Imported late: its validation library is not needed for `--help`.
    from windvane.inference.manifest import LANGUAGE

    if value is not None and not re.fullmatch(LANGUAGE, value):
        raise click.BadParameter("write a language tag such as en or pt-BR")
    return value


@click.command()
@click.argument("bundle", type=click.Path(path_type=Path, exists=True, file_okay=False))
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path, file_okay=False),
    required=True,
    help="Folder for the new bundle; it is created.",
)
@click.option("--overwrite", is_flag=True, help="Replace the bundle that is in the folder.")
@click.option(
    "--texts",
    "own_files",
    type=_FILE,
    multiple=True,
    required=True,
    metavar="FILE",
    help="Texts of the model's language, such as its training data. May be repeated.",
)
@click.option(
    "--other-texts",
    "other_files",
    type=_FILE,
    multiple=True,
    required=True,
    metavar="FILE",
    help="Texts of as many other languages as possible. May be repeated.",
)
@reading_options
@click.option(
    "--language",
    callback=_check_language,
    metavar="TAG",
    help="The model's language, such as en or pt-BR.  [default: the one that the bundle names]",
)
def language(**options: Any) -> None:  # noqa: ANN401  click's options
    """Teach a copy of BUNDLE to tell its language from others.

    Each token of the model gets a weight, fitted to texts of its language and of others. Responses
    of the copy then say which of the two a text is in. Labels and scores stay the same. A tenth of
    the texts is held out, to show how often the answer is right.
    """
    from windvane.cli.language.run import LanguageOptions, run_language

    run_language(LanguageOptions(**options))
