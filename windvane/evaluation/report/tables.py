"""Tables of a file's figures, every model in each of them."""

from windvane.evaluation.coverage import Coverage
from windvane.evaluation.figures import Calibration, FileFigures, ModelFigures
from windvane.evaluation.intervals import Interval
from windvane.evaluation.report.markup import Html, Number, table

_SHARES_SHOWN = (1.0, 0.9, 0.8, 0.7, 0.5, 0.3)
MACRO_FIGURES = ("accuracy", "macro_recall", "macro_f1")


def models_table(figures: FileFigures) -> Html:
    """Put the models' figures below each other."""
    rows = [(name, *percents(model)) for name, model in figures.models()]
    numbers = map(Number, ("accuracy", "macro-recall", "macro-F1"))
    return table(("model", *numbers), rows, caption="Models on these texts")


def calibration_table(figures: FileFigures) -> Html:
    """Say how honest the models' scores are."""
    rows = [
        (name, f"{own.temperature:g}", *(f"{error:.3f}" for error in _errors(own)))
        for name, model in figures.models()
        for own in [model.calibration]
    ]
    numbers = map(Number, ("temperature", "ECE before it", "ECE as served", "by chance"))
    return table(("model", *numbers), rows, caption="Calibration", kind="narrow")


def rivals_table(figures: FileFigures) -> Html:
    """Say how far the others are from the bundle."""
    rows = [
        (
            rival.name,
            f"{100 * rival.gain:+.2f} {_bounds(rival.gain_interval)}",
            f"{rival.agreement:.2%}",
            f"{rival.largest_gap:.3f}",
        )
        for rival in figures.rivals
    ]
    numbers = map(Number, ("accuracy gained over it", "same label", "largest gap of a probability"))
    return table(("model", *numbers), rows, caption="This bundle beside others")


def labels_table(figures: FileFigures) -> Html:
    """Put the labels' figures below each other, by model."""
    rows = [
        (
            name,
            label,
            f"{own.texts:,}",
            f"{own.predicted:,}",
            *(
                percent(getattr(own, figure), model.intervals.get(f"{label}.{figure}"))
                for figure in ("recall", "precision", "f1")
            ),
        )
        for name, model in figures.models()
        for label, own in model.metrics.labels.items()
    ]
    numbers = ("texts", "predicted", "recall", "precision", "F1")
    return table(("model", "label", *map(Number, numbers)), rows, caption="By label")


def coverage_table(figures: FileFigures) -> Html:
    """Say what is gained when the least sure texts are left unanswered."""
    shown = [[each for each in model.coverage if _is_shown(each)] for _, model in figures.models()]
    rows = [
        (f"{own.share:.0%}", f"{own.threshold:.3f}", *(f"{each.accuracy:.2%}" for each in points))
        for own, points in zip(shown[0], zip(*shown, strict=True), strict=True)
    ]
    columns = ("texts answered", "lowest score", *(name for name, _ in figures.models()))
    caption = "Accuracy, if it may abstain"
    return table(tuple(map(Number, columns)), rows, caption=caption, kind="narrow")


def lengths_table(figures: FileFigures) -> Html:
    """Say how the models do on short texts and on long ones."""
    ranges = zip(*(model.by_length for _, model in figures.models()), strict=True)
    rows = [
        (
            own[0].name,
            f"{own[0].texts:,}",
            *(f"{each.accuracy:.2%} / {each.macro_recall:.2%}" for each in own),
        )
        for own in ranges
    ]
    columns = ("tokens", *map(Number, ("texts", *(name for name, _ in figures.models()))))
    return table(columns, rows, caption="Accuracy / macro-recall, by length", kind="narrow")


def mistakes_table(figures: FileFigures, *, with_texts: bool) -> Html:
    """List what the bundle is surest about, and wrong."""
    rows = [
        (each.text, f"{each.line:,}", each.truth, each.predicted, f"{each.score:.3f}")
        for each in figures.mistakes
    ]
    columns = ("text", Number("line"), "truly", "taken for", Number("score"))
    caption = "Worst mistakes: sure, and wrong"
    if with_texts:
        return table(columns, rows, caption=caption, kind="wide")
    return table(columns[1:], [row[1:] for row in rows], caption=caption, kind="narrow")


def percents(model: ModelFigures) -> list[str]:
    """Show accuracy and the macro figures with their intervals."""
    return [
        percent(getattr(model.metrics, figure), model.intervals[figure]) for figure in MACRO_FIGURES
    ]


def percent(part: float | None, interval: Interval | None = None) -> str:
    """Show a part of the texts, with its interval if there is one."""
    if part is None:
        return "-"
    return f"{part:.2%} {_bounds(interval)}" if interval else f"{part:.2%}"


def _bounds(interval: Interval) -> str:
    return f"({100 * interval.low:.1f} to {100 * interval.high:.1f})"


def _errors(calibration: Calibration) -> tuple[float, float, float]:
    return calibration.ece_before, calibration.ece, calibration.ece_by_chance


def _is_shown(point: Coverage) -> bool:
    return point.share in _SHARES_SHOWN
