"""The options of ``windvane data``."""

from pathlib import Path
from typing import Any

import click

from windvane.cli.errors import SOME_REJECTED
from windvane.cli.labelled_file_type import LABELLED_FILE
from windvane.cli.options import json_option, reading_options


def _split(_ctx: click.Context, _param: click.Parameter, value: str | None) -> tuple[str, ...]:
    labels = () if value is None else tuple(label.strip() for label in value.split(","))
    if not all(labels):
        raise click.BadParameter("write one name or more, as in negative,positive")
    return labels


@click.group()
def data() -> None:
    """Check labelled files."""


@data.command()
@click.argument("files", nargs=-1, required=True, type=LABELLED_FILE, metavar="FILE...")
@click.option(
    "--against",
    type=LABELLED_FILE,
    multiple=True,
    metavar="FILE",
    help="A file that will be measured on: none of its texts should be in the others.",
)
@click.option(
    "--labels",
    callback=_split,
    metavar="A,B,...",
    help="The labels allowed; a row with another label is a bad row.  "
    "[default: those of the file's map=, else any]",
)
@reading_options
@click.option(
    "--rejects",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE",
    help="Write every bad row's file, line and reason to this file, as JSON Lines.",
)
@click.option(
    "--report",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE.html",
    help="Write one page with the figures and pictures.",
)
@json_option
@click.pass_context
def check(ctx: click.Context, /, **options: Any) -> None:  # noqa: ANN401 - one type each
    """Count labels, lengths, copies and contradictions of labelled FILEs.

    A FILE is of any format below; a line of plain text is a label and a text. Options follow the
    file name:
    FILE,column=label5,map=five. The maps two, three, five and stars turn numbers into negative,
    neutral and positive.

    Shows which texts the files share with each other and with the --against files: identical
    ones, and those that are equal after normalising case, width, punctuation and spaces. Every bad
    row is counted, the first 20 of a file are listed with line and reason, and --rejects writes
    them all.

    \b
    Ends with:
      0  nothing is wrong
      1  there are bad rows, or texts that an --against file contains too
      2  a file cannot be read at all, or the options are invalid

    \b
    Examples:
      windvane data check reviews.csv
      windvane data check train.jsonl,column=stars,map=stars --against test.jsonl --json
    """  # noqa: D301 - click reads the backspace: it keeps the lines below as they are
    from windvane.cli.data.run import CheckOptions, run_check

    if run_check(CheckOptions(**options)):
        ctx.exit(SOME_REJECTED)
