"""Options that several commands take."""

import functools
from collections.abc import Callable
from typing import Any

import click

from windvane.cli.finite_range import FiniteRange
from windvane.rows.errors import RowsError
from windvane.rows.file_formats import READ_FORMATS, describe_formats
from windvane.rows.reading import Reading, parse_delimiter, parse_encoding

bundle_option = click.option(
    "--bundle",
    metavar="DIR",
    help="Folder of the model.  [default: WINDVANE_BUNDLE_URI, else the included model]",
)
raw_option = click.option(
    "--raw",
    is_flag=True,
    help="Write every CSV cell as it is. Otherwise an apostrophe precedes what a spreadsheet would "
    "run as a formula.",
)
json_option = click.option("--json", "as_json", is_flag=True, help="Write JSON instead of tables.")
min_score_option = click.option(
    "--min-score",
    type=FiniteRange(0, 1),
    metavar="SCORE",
    help="Leave out a label whose score is lower, such as 0.6; the scores stay.  "
    "[default: WINDVANE_MIN_SCORE, else 0]",
)
threads_option = click.option(
    "--threads",
    type=click.IntRange(1, 256),
    help="Texts to run at once.  [default: WINDVANE_THREADS, else the number of cores]",
)


def _parse_by(
    parse: Callable[[str], str],
) -> Callable[[click.Context, click.Parameter, str | None], str | None]:
    def callback(_ctx: click.Context, _param: click.Parameter, value: str | None) -> str | None:
        try:
            return value if value is None else parse(value)
        except RowsError as error:
            raise click.BadParameter(str(error)) from error

    return callback


text_column_option = click.option(
    "--text-column",
    default="text",
    show_default=True,
    metavar="NAME",
    help="The column, or JSON key, that holds the text; case and spaces around it may differ.",
)
encoding_option = click.option(
    "--encoding",
    metavar="NAME",
    callback=_parse_by(parse_encoding),
    help="Encoding of the files, such as cp1252.  [default: found out; UTF-8, UTF-16, UTF-32 "
    "or cp1252]",
)
delimiter_option = click.option(
    "--delimiter",
    metavar="CHARACTER",
    callback=_parse_by(parse_delimiter),
    help="What delimits the fields of CSV.  [default: found out; , ; | or a tab]",
)
_READING_OPTIONS = (
    click.option(
        "--format",
        "file_format",
        type=click.Choice(READ_FORMATS),
        metavar="NAME",
        help=f"Format of the files: {', '.join(READ_FORMATS)}.  [default: by name and content: "
        f"{describe_formats()}]",
    ),
    text_column_option,
    encoding_option,
    delimiter_option,
)


def reading_options(command: Callable[..., None]) -> Callable[..., None]:
    """Add the options about how files are read; the command gets them as one ``reading``."""

    @functools.wraps(command)
    def with_reading(
        *args: Any,  # noqa: ANN401 - what click passes
        text_column: str,
        file_format: Any,  # noqa: ANN401 - one of READ_FORMATS
        encoding: str | None,
        delimiter: str | None,
        **options: Any,  # noqa: ANN401 - the command's own
    ) -> None:
        reading = Reading(
            text_column=text_column,
            file_format=file_format,
            encoding=encoding,
            delimiter=delimiter,
        )
        command(*args, reading=reading, **options)

    for option in reversed(_READING_OPTIONS):
        with_reading = option(with_reading)
    return with_reading
