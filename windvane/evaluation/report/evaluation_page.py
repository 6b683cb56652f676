"""The HTML page of an evaluation."""

from collections.abc import Sequence
from typing import Any

from windvane.evaluation import file_tables
from windvane.evaluation.behaviour.behaviour_figures import BehaviourFigures
from windvane.evaluation.behaviour.behaviour_section import build_behaviour_section
from windvane.evaluation.file_figures import FileFigures
from windvane.evaluation.report.evaluation_plots import (
    plot_confusion,
    plot_coverage,
    plot_reliability,
)
from windvane.evaluation.report.page_templates import render_template
from windvane.inference.manifest import Manifest


def build_page(
    manifest: Manifest,
    files: Sequence[FileFigures],
    behaviour: BehaviourFigures | None,
    *,
    with_texts: bool = True,
) -> str:
    """Build the page.

    Args:
        manifest: The bundle's.
        files: The figures by file.
        behaviour: Those of the behaviour suite, if it was run; its texts are always shown.
        with_texts: Whether to show the texts of the mistakes.

    Raises:
        ModuleNotFoundError: matplotlib or jinja2 is not installed.
    """
    return render_template(
        "report/evaluation_page.html.j2",
        title=f"Evaluation of {manifest.name} {manifest.version}",
        manifest=manifest,
        overview=file_tables.overview_table(files),
        files=[_collect_file(figures, with_texts=with_texts) for figures in files],
        behaviour_section=build_behaviour_section(behaviour) if behaviour else "",
    )


def _collect_file(figures: FileFigures, *, with_texts: bool) -> dict[str, Any]:
    """Build the tables and pictures of a file's section, in the order of the page."""
    mistakes = (
        file_tables.mistake_texts_table(figures)
        if with_texts
        else file_tables.mistakes_table(figures, figures.mistakes)
    )
    return {
        "figures": figures,
        "comparisons": [file_tables.models_table(figures), file_tables.rivals_table(figures)],
        "pictures": {
            "Confusion": plot_confusion(figures),
            "Confidence and accuracy": plot_reliability(figures),
            "If it may abstain": plot_coverage(figures),
        },
        "details": [file_tables.calibration_table(figures), file_tables.labels_table(figures)],
        "narrow": [
            file_tables.coverage_table(figures),
            *([file_tables.answered_table(figures)] if figures.answered else []),
            file_tables.lengths_table(figures),
        ],
        "mistakes": mistakes,
    }
