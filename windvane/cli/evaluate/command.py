"""The options of ``windvane evaluate``."""

from pathlib import Path
from typing import Any

import click

from windvane.cli.errors import SOME_REJECTED
from windvane.cli.evaluate.baseline_type import BaselineType
from windvane.cli.finite_range import FiniteRange
from windvane.cli.labelled_file_type import LABELLED_FILE
from windvane.cli.labelling_options import labelling_options
from windvane.cli.options import json_option, reading_options, threads_option


@click.command()
@click.argument("bundle", metavar="BUNDLE")
@click.argument("files", nargs=-1, type=LABELLED_FILE, metavar="[FILE]...")
@reading_options
@labelling_options
@threads_option
@click.option(
    "--beside",
    multiple=True,
    metavar="BUNDLE",
    help="Another bundle to compare on the same texts, such as the float32 one. May be repeated.",
)
@click.option(
    "--baseline",
    "baselines",
    type=BaselineType(),
    multiple=True,
    metavar="vader|FILE",
    help="VADER, or Naive Bayes that `windvane train` wrote, to compare on the same texts. May be "
    "repeated.  [default: naive-bayes.npz beside BUNDLE]",
)
@click.option(
    "--report",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE.html",
    help="Write one page with all figures, pictures and the texts of the worst mistakes.",
)
@click.option(
    "--min-score",
    type=FiniteRange(0, 1),
    metavar="SCORE",
    help="Show how many texts get a label, and how often it is right, if a score may not be lower.",
)
@click.option("--no-texts", is_flag=True, help="Leave the texts out of the report.")
@json_option
@click.option(
    "--summary",
    "as_summary",
    is_flag=True,
    help="Write one Markdown table instead: a row for each file and model, and their means.",
)
@click.option(
    "--behaviour",
    is_flag=True,
    help="Run the behaviour suite too: what fails by capability. Needs no FILE.",
)
@click.option(
    "--behaviour-suite",
    type=click.Path(path_type=Path, exists=True, file_okay=False),
    metavar="DIR",
    help="Run the cases in DIR's .toml files, not our own. Implies --behaviour.",
)
@click.option(
    "--max-failure-rate",
    type=FiniteRange(0, 1),
    metavar="RATE",
    help="End with 1 if a capability fails more often, such as 0.2. Implies --behaviour.",
)
@click.pass_context
def evaluate(ctx: click.Context, /, **options: Any) -> None:  # noqa: ANN401 - one type each
    """Measure the bundle in the folder BUNDLE on labelled CSV, JSON Lines or text FILEs.

    Options follow the file name: FILE,column=label5,map=five,ignore=neutral. The maps two, three,
    five and stars turn numbers into negative, neutral and positive. A .txt file has a label and a
    text on each line.

    Shows accuracy, macro-recall, macro-F1 and each label's figures with 95 % intervals, the
    confusion matrix, the calibration error of the scores (ECE), accuracy by coverage and by length,
    the lines of the mistakes with the highest scores, and the same figures of other models.

    With --behaviour, also runs cases that test one capability each, such as negation: texts that
    must get a label, variants that must not change it, changes that must move it one way.

    Ends with 1 if rows had to be left out or a capability fails more often than
    --max-failure-rate, and 2 if a label is not one of the bundle's.
    """
    # A suite or a limit of its own implies --behaviour.
    options["behaviour"] |= bool(options["behaviour_suite"])
    options["behaviour"] |= options["max_failure_rate"] is not None
    if not (options["files"] or options["behaviour"]):
        raise click.UsageError("Give a FILE, or --behaviour.", ctx)
    if options["as_summary"] and (options["as_json"] or not options["files"]):
        raise click.UsageError("--summary needs a FILE, and goes without --json.", ctx)
    from windvane.cli.evaluate.run import EvaluateOptions, run_evaluation

    if run_evaluation(EvaluateOptions(**options)):
        ctx.exit(SOME_REJECTED)
