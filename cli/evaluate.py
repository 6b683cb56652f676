"""``windvane evaluate``: the options; the work is in `cli.evaluation`."""

from typing import TypedDict, Unpack

import click

from cli.errors import SOME_REJECTED
from cli.options import format_option, text_column_option, threads_option


class EvaluateOptions(TypedDict):
    """What was asked for on the command line."""

    bundle: str
    files: tuple[str, ...]
    input_format: str | None
    text_column: str
    label_column: str
    ignored: tuple[str, ...]
    label_map: dict[str, str]
    threads: int | None
    as_json: bool


def _parse_label_map(
    _ctx: click.Context, _param: click.Parameter, value: str | None
) -> dict[str, str]:
    pairs = [pair.partition("=") for pair in value.split(",")] if value else []
    if not all(name and equals and label for name, equals, label in pairs):
        raise click.BadParameter("write it as 0=negative,1=neutral")
    return {name.strip(): label.strip() for name, _, label in pairs}


@click.command()
@click.argument("bundle", metavar="BUNDLE")
@click.argument("files", nargs=-1, required=True, metavar="FILE...")
@format_option
@text_column_option
@click.option(
    "--label-column",
    default="label",
    show_default=True,
    metavar="NAME",
    help="The column, or JSON key, that holds the true label.",
)
@click.option(
    "--ignore",
    "ignored",
    multiple=True,
    metavar="LABEL",
    help="Leave LABEL out of the choice: the best of the others counts. May be repeated.",
)
@click.option(
    "--label-map",
    callback=_parse_label_map,
    metavar="A=LABEL,...",
    help="What the label column's values mean, such as 0=negative,1=positive.",
)
@threads_option
@click.option("--json", "as_json", is_flag=True, help="Write JSON instead of tables.")
@click.pass_context
def evaluate(ctx: click.Context, /, **options: Unpack[EvaluateOptions]) -> None:
    """Measure the bundle in the folder BUNDLE on labelled CSV or JSON Lines FILEs.

    Shows accuracy, macro-recall (the mean of the labels' recalls), and each label's recall,
    precision and counts. Ends with 1 if rows had to be left out, and 2 if a label is not one of
    the bundle's.
    """
    from cli.evaluation import run_evaluation

    if run_evaluation(options):
        ctx.exit(SOME_REJECTED)
