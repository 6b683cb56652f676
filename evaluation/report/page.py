"""The page: for each file its figures, pictures and worst mistakes, then the behaviour suite."""

from collections.abc import Sequence
from html import escape

from evaluation.behaviour.figures import BehaviourFigures
from evaluation.behaviour.report_part import behaviour_part
from evaluation.figures import FileFigures
from evaluation.intervals import Interval
from evaluation.report.markup import Cell, Number, table, wrap_page
from evaluation.report.plots import plot_confusion, plot_coverage, plot_reliability
from functions.inference.manifest import Manifest

_DEFINITIONS = (
    "In brackets: 95 % intervals by bootstrap. Macro figures are means over the labels that occur. "
    "ECE is the expected calibration error: how far confidence and accuracy lie apart, on average."
)


def build_page(
    manifest: Manifest, files: Sequence[FileFigures], behaviour: BehaviourFigures | None
) -> str:
    """Lay the figures out as HTML.

    Raises:
        ModuleNotFoundError: matplotlib or jinja2 is not installed.
    """
    title = f"Evaluation of {manifest.name} {manifest.version}"
    sections = [_overview(title, manifest, files)]
    sections += [_file_section(figures) for figures in files]
    if behaviour:
        sections.append(behaviour_part(behaviour))
    return wrap_page(title, "".join(sections))


def _overview(title: str, manifest: Manifest, files: Sequence[FileFigures]) -> str:
    columns = ("file", *map(Number, ("texts", "accuracy", "macro-recall", "macro-F1", "ECE")))
    rows = [
        (
            figures.file,
            f"{figures.metrics.texts:,}",
            *_percents(figures),
            f"{figures.calibration.ece:.3f}",
        )
        for figures in files
    ]
    facts = (
        f"{manifest.quantization} weights, temperature {manifest.temperature:g}, "
        f"{len(manifest.labels)} labels: {', '.join(manifest.labels)}."
    )
    figures = table(columns, rows).code if rows else ""
    return (
        f"<h1>{escape(title)}</h1><section><p>{escape(facts)}</p>"
        f'<p class="quiet">{_DEFINITIONS}</p>{figures}</section>'
    )


def _file_section(figures: FileFigures) -> str:
    ignored = "" if len(figures.labels) > 2 else f", between {' and '.join(figures.labels)}"  # noqa: PLR2004
    pictures = "".join(
        f"<figure><figcaption>{caption}</figcaption>{picture}</figure>"
        for caption, picture in (
            ("Confusion", plot_confusion(figures)),
            ("Confidence and accuracy", plot_reliability(figures)),
            ("If it may abstain", plot_coverage(figures)),
        )
    )
    return "".join([
        f"<section><h2>{escape(figures.file)}</h2>",
        f'<p class="quiet">{figures.metrics.texts:,} texts{escape(ignored)}; sha256 ',
        f"{figures.sha256[:12]}.</p>",
        _models_table(figures),
        _labels_table(figures),
        f'<div class="pictures">{pictures}</div>',
        _calibration_line(figures),
        _coverage_table(figures),
        _lengths_table(figures),
        _mistakes_table(figures),
        "</section>",
    ])  # fmt: skip


def _models_table(figures: FileFigures) -> str:
    numbers = ("accuracy", "macro-recall", "macro-F1", "ECE", "same label", "largest gap")
    own = ("this bundle", *_percents(figures), f"{figures.calibration.ece:.3f}", "", "")
    rows: list[Sequence[Cell]] = [own]
    rows += [
        (
            rival.name,
            *(f"{each:.2%}" for each in (rival.accuracy, rival.macro_recall, rival.macro_f1)),
            f"{rival.ece:.3f}",
            f"{rival.agreement:.2%}",
            f"{rival.largest_gap:.3f}",
        )
        for rival in figures.rivals
    ]
    return table(("model", *map(Number, numbers)), rows, caption="Models on these texts").code


def _labels_table(figures: FileFigures) -> str:
    columns = ("label", *map(Number, ("texts", "predicted", "recall", "precision", "F1")))
    rows = [
        (
            label,
            f"{own.texts:,}",
            f"{own.predicted:,}",
            *(
                _percent(getattr(own, name), figures.intervals.get(f"{label}.{name}"))
                for name in ("recall", "precision", "f1")
            ),
        )
        for label, own in figures.metrics.labels.items()
    ]
    return table(columns, rows, caption="By label").code


def _calibration_line(figures: FileFigures) -> str:
    calibration = figures.calibration
    return (
        f"<p>Expected calibration error: {calibration.ece_before:.3f} before the temperature of "
        f"{calibration.temperature:g}, {calibration.ece:.3f} as served.</p>"
    )


def _coverage_table(figures: FileFigures) -> str:
    shares = (1.0, 0.9, 0.8, 0.7, 0.5, 0.3)
    rows = [
        (f"{point.share:.0%}", f"{point.threshold:.3f}", f"{point.accuracy:.2%}")
        for point in figures.coverage
        if point.share in shares
    ]
    columns = tuple(map(Number, ("texts answered", "lowest score", "accuracy")))
    return table(columns, rows, caption="If it may abstain", kind="narrow").code


def _lengths_table(figures: FileFigures) -> str:
    rows = [
        (
            f"{each.from_tokens} to {each.to_tokens}" if each.to_tokens else f"{each.from_tokens}+",
            f"{each.texts:,}",
            f"{each.accuracy:.2%}",
            f"{each.macro_recall:.2%}",
        )
        for each in figures.by_length
    ]
    columns = ("tokens", *map(Number, ("texts", "accuracy", "macro-recall")))
    return table(columns, rows, caption="By length", kind="narrow").code


def _mistakes_table(figures: FileFigures) -> str:
    rows = [
        (each.text, f"{each.line:,}", each.truth, each.predicted, f"{each.score:.3f}")
        for each in figures.mistakes
    ]
    columns = ("text", Number("line"), "true", "predicted", Number("score"))
    return table(columns, rows, caption="Worst mistakes: sure, and wrong", kind="wide").code


def _percents(figures: FileFigures) -> list[str]:
    return [
        _percent(getattr(figures.metrics, name), figures.intervals[name])
        for name in ("accuracy", "macro_recall", "macro_f1")
    ]


def _percent(part: float | None, interval: Interval | None = None) -> str:
    if part is None:
        return "-"
    bounds = f" ({100 * interval.low:.1f} to {100 * interval.high:.1f})" if interval else ""
    return f"{part:.2%}{bounds}"
