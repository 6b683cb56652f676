"""Options that several commands take."""

import click

bundle_option = click.option(
    "--bundle",
    metavar="DIR",
    help="Folder of the model.  [default: WINDVANE_BUNDLE_URI, else the included model]",
)
text_column_option = click.option(
    "--text-column",
    default="text",
    show_default=True,
    metavar="NAME",
    help="The column, or JSON key, that holds the text.",
)
raw_option = click.option(
    "--raw",
    is_flag=True,
    help="Write every CSV cell as it is. Otherwise an apostrophe precedes what a spreadsheet would "
    "run as a formula.",
)
format_option = click.option(
    "--format",
    "input_format",
    type=click.Choice(("csv", "jsonl", "text")),
    help="Format of the input.  [default: by the file's suffix; stdin is text, one per line]",
)
files_format_option = click.option(
    "--format",
    "input_format",
    type=click.Choice(("csv", "jsonl", "text")),
    help="Format of all files.  [default: by each file's suffix]",
)
threads_option = click.option(
    "--threads",
    type=click.IntRange(1, 256),
    help="Texts to run at once.  [default: WINDVANE_THREADS, else the number of cores]",
)
