"""The champion and the gate file of a command, and the exit code of a gate that is not kept."""

from pathlib import Path

import click

GATE_FAILED = 1
"""Exit code of a complete run whose challenger breaks a limit."""

champion_option = click.option(
    "--champion",
    metavar="BUNDLE",
    help="The model in use.  [default: WINDVANE_BUNDLE_URI, else the included model]",
)
gate_option = click.option(
    "--gate",
    "gate_path",
    type=click.Path(path_type=Path),
    required=True,
    metavar="FILE.toml",
    help="What the challenger must keep, such as models/sentiment-minilm/gate.toml.",
)
