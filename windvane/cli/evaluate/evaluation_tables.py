"""The figures of an evaluation in the terminal."""

from rich.console import Console
from rich.text import Text

from windvane.cli.evaluate.evaluation_results import FileEvaluation
from windvane.cli.rich_tables import build_rich_table
from windvane.evaluation.figure_table import FigureTable
from windvane.evaluation.file_figures import FileFigures
from windvane.evaluation.file_tables import (
    answered_table,
    calibration_table,
    confusion_table,
    coverage_table,
    labels_table,
    lengths_table,
    mistakes_table,
    models_table,
    rivals_table,
)

_MISTAKES_SHOWN = 5


def print_file(file: FileEvaluation) -> None:
    """Print one file's figures."""
    metrics = file.figures.model.metrics
    console = Console(highlight=False)
    heading = (
        f"{file.file}: accuracy {metrics.accuracy:.2%}, macro-recall {metrics.macro_recall:.2%}, "
        f"macro-F1 {metrics.macro_f1:.2%}, {metrics.texts:,} texts"
    )
    console.print(Text(heading, "bold"), soft_wrap=True)
    for table in _build_tables(file.figures):
        if table.rows:
            console.print("", build_rich_table(table, has_box=False))
    console.print()


def _build_tables(figures: FileFigures) -> list[FigureTable]:
    return [
        models_table(figures),
        rivals_table(figures),
        labels_table(figures),
        confusion_table(figures),
        calibration_table(figures),
        coverage_table(figures),
        answered_table(figures),
        lengths_table(figures),
        mistakes_table(figures, figures.mistakes[:_MISTAKES_SHOWN]),
    ]
