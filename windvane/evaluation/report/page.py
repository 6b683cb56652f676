"""The page: for each file its figures, pictures and worst mistakes, then the behaviour suite."""

from collections.abc import Sequence
from html import escape

from windvane.evaluation.behaviour.figures import BehaviourFigures
from windvane.evaluation.behaviour.report_part import behaviour_part
from windvane.evaluation.figures import FileFigures
from windvane.evaluation.report.markup import Cell, Html, Number, table, wrap_page
from windvane.evaluation.report.plots import plot_confusion, plot_coverage, plot_reliability
from windvane.evaluation.report.tables import (
    calibration_table,
    coverage_table,
    labels_table,
    lengths_table,
    mistakes_table,
    models_table,
    percents,
    rivals_table,
)
from windvane.inference.manifest import Manifest

_DEFINITIONS = (
    "In brackets: 95 % intervals by bootstrap. Macro figures are means over the labels that occur. "
    "ECE is the expected calibration error: how far confidence and accuracy lie apart, on average; "
    "by chance a perfectly honest model would show that much on as many texts."
)


def build_page(
    manifest: Manifest,
    files: Sequence[FileFigures],
    behaviour: BehaviourFigures | None,
    *,
    with_texts: bool = True,
) -> str:
    """Lay the figures out as HTML.

    Args:
        manifest: The bundle's.
        files: The figures by file.
        behaviour: Those of the behaviour suite, if it was run; its texts are always shown.
        with_texts: Whether to show the texts of the mistakes.

    Raises:
        ModuleNotFoundError: matplotlib or jinja2 is not installed.
    """
    title = f"Evaluation of {manifest.name} {manifest.version}"
    sections = [_overview(title, manifest, files)]
    sections += [
        _file_section(number, figures, with_texts=with_texts)
        for number, figures in enumerate(files, start=1)
    ]
    if behaviour:
        sections.append(behaviour_part(behaviour))
    return wrap_page(title, "".join(sections))


def _overview(title: str, manifest: Manifest, files: Sequence[FileFigures]) -> str:
    columns = (
        "file",
        "model",
        *map(Number, ("texts", "accuracy", "macro-recall", "macro-F1", "ECE")),
    )
    rows: list[Sequence[Cell]] = [
        (
            Html(f'<a href="#file-{number}">{escape(figures.file)}</a>'),
            name,
            f"{model.metrics.texts:,}",
            *percents(model),
            f"{model.calibration.ece:.3f}",
        )
        for number, figures in enumerate(files, start=1)
        for name, model in figures.models()
    ]
    facts = (
        f"{manifest.quantization} weights, temperature {manifest.temperature:g}, "
        f"{len(manifest.labels)} labels: {', '.join(manifest.labels)}."
    )
    return (
        f"<h1>{escape(title)}</h1><section><p>{escape(facts)}</p>"
        f'<p class="quiet">{_DEFINITIONS}</p>{table(columns, rows).code if rows else ""}</section>'
    )


def _file_section(number: int, figures: FileFigures, *, with_texts: bool) -> str:
    ignored = f", {' and '.join(figures.ignored)} not to be chosen" if figures.ignored else ""
    facts = f"{figures.model.metrics.texts:,} texts{ignored}; sha256 {figures.sha256[:12]}."
    return "".join([
        f'<section id="file-{number}"><h2>{escape(figures.file)}</h2>',
        f'<p class="quiet">{escape(facts)}</p>',
        models_table(figures).code,
        rivals_table(figures).code if figures.rivals else "",
        _pictures(figures),
        calibration_table(figures).code,
        labels_table(figures).code,
        f'<div class="beside">{coverage_table(figures).code}{lengths_table(figures).code}</div>',
        mistakes_table(figures, with_texts=with_texts).code if figures.mistakes else "",
        "</section>",
    ])  # fmt: skip


def _pictures(figures: FileFigures) -> str:
    pictures = {
        "Confusion": plot_confusion(figures),
        "Confidence and accuracy": plot_reliability(figures),
        "If it may abstain": plot_coverage(figures),
    }
    return "".join([
        '<div class="pictures">',
        *(
            f"<figure><figcaption>{caption}</figcaption>{picture}</figure>"
            for caption, picture in pictures.items()
        ),
        "</div>",
    ])  # fmt: skip
