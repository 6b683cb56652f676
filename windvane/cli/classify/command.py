"""The options of ``windvane classify``."""

import sys
from typing import Any

import click

from windvane.cli.errors import SOME_REJECTED
from windvane.cli.options import (
    bundle_option,
    min_score_option,
    raw_option,
    reading_options,
    threads_option,
)


class TextCommand(click.Command):
    """Explains how to give a text that begins with a dash."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Parse the arguments.

        Raises:
            NoSuchOption: An option is unknown; the message hints at ``--``.
        """
        try:
            return super().parse_args(ctx, args)
        except click.NoSuchOption as error:
            hint = "A text that begins with a dash comes after --: windvane classify -- TEXT."
            message = f"{error.message} {hint}"
            raise click.NoSuchOption(
                error.option_name, message, error.possibilities, ctx=ctx
            ) from error


@click.command(cls=TextCommand)
@click.argument("texts", nargs=-1, metavar="[TEXT]...")
@click.option("-i", "--input", "input_path", metavar="FILE", help="Read texts from FILE.")
@reading_options
@click.option(
    "-o",
    "--output",
    "output_path",
    default="-",
    metavar="FILE",
    help="Write to FILE, named FILE.partial until it is complete.  [default: stdout]",
)
@click.option(
    "--to",
    "output_format",
    type=click.Choice(("table", "csv", "jsonl")),
    help="Format of the output.  [default: by the file's suffix; a table to a terminal; else CSV, "
    "or JSON Lines where the input is]",
)
@click.option(
    "--rejects",
    "rejects_path",
    metavar="FILE",
    help="Write line and reason of each bad row to FILE.  [default: the output's or else the "
    "input's name and .rejects.jsonl; stderr where neither has a name]",
)
@min_score_option
@raw_option
@bundle_option
@threads_option
@click.pass_context
def classify(ctx: click.Context, /, **options: Any) -> None:  # noqa: ANN401  click's options
    """Classify each TEXT as positive, neutral or negative.

    Without TEXT and --input, texts are read from stdin: one per line, unless it is of another
    format by its content, such as JSON Lines, or CSV whose header names the text column.

    Each row keeps its columns and gets label, score (of that label), the score of every
    label, language (the model's, other, or nothing where it cannot tell), tokens,
    and windows (the pieces that a text too long for the model is cut into). If the input has a
    column of that name, the new one is prefixed with predicted_.

    Exit code: 0 if every row was classified, 1 if there were rejects, 2 on an error.
    """
    if options["texts"] and options["input_path"]:
        raise click.UsageError("Give texts or --input, not both.")
    if not (options["texts"] or options["input_path"]) and sys.stdin.isatty():
        raise click.UsageError("There is nothing to classify: give a TEXT or --input FILE.")
    from windvane.cli.classify.run import ClassifyOptions, run_classification

    if run_classification(ClassifyOptions(**options)):
        ctx.exit(SOME_REJECTED)
