"""Options of ``windvane export``."""

import re
from pathlib import Path
from typing import Any

import click

from model_export.normalizations import NORMALIZATIONS
from model_export.schemes import DEFAULT_SCHEME, SCHEMES
from model_export.text_files import ACTIVATION_TEXTS_FILE, PARITY_TEXTS_FILE
from windvane.cli.checkpoint_options import normalization_option
from windvane.cli.finite_range import FiniteRange
from windvane.cli.labelled_file_type import LABELLED_FILE
from windvane.cli.options import reading_options

_TEXT_FILE = click.Path(path_type=Path, exists=True, dir_okay=False)


class ExportCommand(click.Command):
    """Ends its help with what names mean, as lists that are wrapped like the options."""

    def format_epilog(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the lists."""
        for title, named in (("Schemes", SCHEMES), ("Normalizations", NORMALIZATIONS)):
            with formatter.section(title):
                formatter.write_dl([(name, each.help) for name, each in named.items()])


def _check_languages(
    _ctx: click.Context, _param: click.Parameter, values: tuple[str, ...]
) -> tuple[str, ...]:
    # Imported late: its validation library is not needed for `--help`.
    from windvane.inference.manifest import LANGUAGE

    if not all(re.fullmatch(LANGUAGE, value) for value in values):
        raise click.BadParameter("write a language tag such as en or pt-BR")
    return values


@click.command(cls=ExportCommand)
@click.argument("checkpoint", required=False)
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path, file_okay=False),
    required=True,
    help="Folder for the bundle; it is created.",
)
@click.option("--overwrite", is_flag=True, help="Replace the bundle that is in the folder.")
@click.option("--revision", help="Branch, tag or commit of a checkpoint on the hub.")
@click.option(
    "--scheme",
    type=click.Choice(list(SCHEMES)),
    metavar="NAME",
    default=DEFAULT_SCHEME,
    show_default=True,
    help="How the weights are stored and multiplied; see below.",
)
@click.option(
    "--texts",
    "parity_texts",
    type=_TEXT_FILE,
    default=PARITY_TEXTS_FILE,
    help="Texts of the parity check, one a line.  [default: a set of ours]",
)
@click.option(
    "--calibration",
    "activation_texts",
    type=_TEXT_FILE,
    default=ACTIVATION_TEXTS_FILE,
    help="Texts that 8-bit ranges and weights are fitted to, one a line.  [default: a set of ours]",
)
@click.option(
    "--tolerance",
    type=FiniteRange(0, 1),
    help="Largest difference of a probability that passes.  [default: the scheme's]",
)
@click.option(
    "--held-out",
    type=LABELLED_FILE,
    multiple=True,
    help="Labelled texts that training did not see, to calibrate the scores by a temperature: "
    "FILE[,column=NAME][,map=five][,ignore=neutral]. May be repeated.",
)
@normalization_option(
    "Rules that the tokenizer applies to each text before and after its own; see below."
)
@click.option(
    "--window-tokens",
    type=click.IntRange(8),
    metavar="N",
    help="Cut texts longer than this into windows of so many tokens.  [default: as many as the "
    "checkpoint reads]",
)
@reading_options
@click.option("--name", help="Name of the model.  [default: the checkpoint's]")
@click.option("--licence", default="", help="Licence of the checkpoint, such as Apache-2.0.")
@click.option(
    "--language",
    "languages",
    multiple=True,
    callback=_check_languages,
    metavar="TAG",
    help="Language that the model reads, such as en or pt-BR; GET /v1/model names it. May be "
    "repeated.",
)
def export(**options: Any) -> None:  # noqa: ANN401  click's options
    """Export a Hugging Face sequence classifier as a bundle, and verify it.

    CHECKPOINT is a local folder or a Hugging Face id; without it, the folder "checkpoint" here is
    read. The bundle is compared with the checkpoint in torch on a set of texts, and is only written
    if no probability differs by more than the tolerance.
    """
    from windvane.cli.export.run import ExportArguments, run_export

    run_export(ExportArguments(**options))
