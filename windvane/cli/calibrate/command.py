"""The options of ``windvane calibrate``."""

from pathlib import Path
from typing import Any

import click

from windvane.cli.labelled_file_type import LABELLED_FILE
from windvane.cli.labelling_options import labelling_options
from windvane.cli.options import json_option, reading_options, threads_option

NO_HELP = 1
"""Exit code of a calibration that would not help."""

# \b keeps click from filling the lines.
EXAMPLES = """\b
Examples:
  windvane calibrate bundle own.csv
  windvane calibrate bundle own.csv,ignore=neutral -o calibrated
"""


@click.command(epilog=EXAMPLES)
@click.argument("bundle", metavar="BUNDLE")
@click.argument("file", type=LABELLED_FILE)
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path, file_okay=False),
    metavar="DIR",
    help="Folder for the new bundle; it is created.  [default: none, the figures are shown only]",
)
@click.option("--overwrite", is_flag=True, help="Replace the bundle that is in the folder.")
@reading_options
@labelling_options
@threads_option
@json_option
@click.pass_context
def calibrate(ctx: click.Context, /, **options: Any) -> None:  # noqa: ANN401 - one type each
    """Adjust a copy of the bundle in BUNDLE to the labelled texts in FILE, without training.

    Fits a number for each label, its offset, that is added to the label's logit, and the
    temperature. The fewer texts there are, the closer both stay to what they were. The offsets are
    fitted for macro-F1, so that rare labels count too.

    Shows accuracy, macro-recall, macro-F1, calibration error (ECE), log-loss and each label's
    recall before and after, with 95 % intervals: fitted to nine tenths of the texts, measured on
    the tenth that was left out, ten times.

    FILE needs 30 different texts, and 5 of each label; 100 or more are better. Options follow its
    name, as for `windvane evaluate`. A bundle that was calibrated before is calibrated anew,
    without its old offsets.

    Ends with 0 if the calibration helps, 1 if it does not, so that nothing is written (macro-F1 or
    log-loss would get worse, or neither better beyond chance), and 2 if the input cannot be used.
    """
    from windvane.cli.calibrate.run import CalibrateOptions, run_calibration

    if not run_calibration(CalibrateOptions(**options)):
        ctx.exit(NO_HELP)
