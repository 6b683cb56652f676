"""The options of ``windvane gate``."""

from pathlib import Path
from typing import Any

import click

from windvane.cli.gate_options import GATE_FAILED, champion_option, gate_option
from windvane.cli.labelled_file_type import LABELLED_FILE
from windvane.cli.options import json_option, reading_options, threads_option

# \b keeps click from filling the lines.
EXAMPLES = """\b
Examples:
  windvane gate bundle test.csv --gate gate.toml --report gate.html
  windvane gate new test.csv --champion old --gate gate.toml --json
"""


@click.command(epilog=EXAMPLES)
@click.argument("challenger", metavar="BUNDLE")
@click.argument("files", nargs=-1, type=LABELLED_FILE, required=True, metavar="FILE...")
@champion_option
@gate_option
@click.option(
    "--corrections",
    type=LABELLED_FILE,
    help="Corrections that the challenger learned, for the gate's table of that name.",
)
@click.option(
    "--held-out-corrections",
    type=LABELLED_FILE,
    help="Corrections that it did not learn.",
)
@reading_options
@threads_option
@click.option(
    "--report",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE",
    help="Write one page, FILE.html or FILE.md, without any text of the data.",
)
@json_option
@click.pass_context
def gate(ctx: click.Context, /, **options: Any) -> None:  # noqa: ANN401 - one type each
    """Decide whether the bundle in BUNDLE may take the champion's place.

    Both models classify the labelled FILEs, side by side, and whatever else the gate file has a
    table for: the behaviour suite, the bias templates, the size, the speed. The gate file says
    what the challenger must keep. Options follow a file's name, as for `windvane evaluate`.

    Ends with 0 if every limit is kept, 1 if one is broken, and 2 if the input cannot be used.
    """
    from windvane.cli.gate.run import GateOptions, run_gate

    if not run_gate(GateOptions(**options)):
        ctx.exit(GATE_FAILED)
