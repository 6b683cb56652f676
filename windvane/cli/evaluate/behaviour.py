"""``windvane evaluate --behaviour``: a suite of cases and a table of the failures."""

from pathlib import Path

from rich.console import Console
from rich.text import Text

from windvane.cli.errors import file_errors
from windvane.cli.messages import print_message
from windvane.cli.rich_tables import build_rich_table
from windvane.evaluation.behaviour.behaviour_figures import BehaviourFigures
from windvane.evaluation.behaviour.behaviour_table import build_behaviour_table
from windvane.evaluation.behaviour.suite import load_suite
from windvane.evaluation.behaviour.suite_run import run_suite
from windvane.inference.classifier import Classifier


def run_behaviour(classifier: Classifier, suite: Path) -> BehaviourFigures:
    """Run the suite of a folder.

    Raises:
        CliError: A file of the suite cannot be opened.
        EvaluationError: A file of the suite holds a mistake, or nothing fits the bundle's labels.
        InferenceError: The model could not be run.
    """
    with file_errors():
        capabilities = load_suite(suite)
    return run_suite(capabilities, classifier.classify, classifier.labels)


def print_behaviour(figures: BehaviourFigures) -> None:
    """Print the failure rates by capability and kind as a table."""
    heading = (
        f"Behaviour: {figures.failures:,} of {figures.cases:,} cases failed "
        f"({figures.failure_rate:.1%}). By kind of test: failed/cases."
    )
    console = Console()
    console.print(Text(heading), soft_wrap=True)
    console.print(build_rich_table(build_behaviour_table(figures), has_box=True))
    if figures.failures:
        console.print("Each case that failed is in --json.")
    if figures.left_out:
        console.print(f"{figures.left_out:,} cases need a label that the bundle does not have.")


def is_past_limit(figures: BehaviourFigures, max_failure_rate: float | None) -> bool:
    """Tell whether a capability exceeds the failure rate, and name those that do on stderr."""
    if max_failure_rate is None:
        return False
    excess = figures.above(max_failure_rate)
    if excess:
        named = ", ".join(f"{each.name} {each.failure_rate:.1%}" for each in excess)
        print_message(f"More than {max_failure_rate:.1%} of the cases fail: {named}.", err=True)
    return bool(excess)
