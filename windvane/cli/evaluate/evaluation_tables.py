"""A file's figures as tables, every model in each of them."""

from rich.console import Console
from rich.table import Table
from rich.text import Text

from windvane.cli.evaluate.evaluation_results import FileEvaluation
from windvane.evaluation.coverage import Coverage
from windvane.evaluation.figures import FileFigures, ModelFigures
from windvane.evaluation.intervals import Interval

_MISTAKES_SHOWN = 5
_SHARES_SHOWN = (1.0, 0.9, 0.8, 0.7, 0.5, 0.3)


def print_file(file: FileEvaluation) -> None:
    """Print one file's figures."""
    figures, metrics = file.figures, file.figures.model.metrics
    console = Console(highlight=False)
    heading = (
        f"{file.file}: accuracy {metrics.accuracy:.2%}, macro-recall {metrics.macro_recall:.2%}, "
        f"macro-F1 {metrics.macro_f1:.2%}, {metrics.texts:,} texts"
    )
    console.print(Text(heading, "bold"), soft_wrap=True)
    for table in _build_tables(figures):
        console.print("", table)
    console.print()


def _build_tables(figures: FileFigures) -> list[Table]:
    return [
        _models_table(figures),
        *([_rivals_table(figures)] if figures.rivals else []),
        _labels_table(figures),
        _confusion_table(figures),
        _calibration_table(figures),
        _coverage_table(figures),
        _lengths_table(figures),
        *([_mistakes_table(figures)] if figures.mistakes else []),
    ]


def _models_table(figures: FileFigures) -> Table:
    table = _build_table("model", "accuracy", "macro-recall", "macro-F1")
    for name, model in figures.models():
        cells = [
            _percent(getattr(model.metrics, figure), model.intervals[figure])
            for figure in ("accuracy", "macro_recall", "macro_f1")
        ]
        table.add_row(Text(name), *cells)
    return table


def _rivals_table(figures: FileFigures) -> Table:
    table = _build_table("beside it", "same label", "largest gap", "this bundle gains")
    for rival in figures.rivals:
        gain = f"{100 * rival.gain:+.2f}{_spread(rival.gain_interval)}"
        table.add_row(Text(rival.name), _percent(rival.agreement), f"{rival.largest_gap:.3f}", gain)
    return table


def _labels_table(figures: FileFigures) -> Table:
    table = _build_table("label", "texts", "recall", "precision", "F1")
    for name, model in figures.models():
        for label, own in model.metrics.labels.items():
            cells = [
                _percent(getattr(own, figure), model.intervals.get(f"{label}.{figure}"))
                for figure in ("recall", "precision", "f1")
            ]
            shown = label if model is figures.model else f"{label}, {name}"
            table.add_row(Text(shown), f"{own.texts:,}", *cells)
    return table


def _confusion_table(figures: FileFigures) -> Table:
    table = _build_table("truly", *(f"as {label}" for label in figures.labels))
    for name, model in figures.models():
        for label, counts in zip(figures.labels, model.confusion, strict=True):
            shown = label if model is figures.model else f"{label}, {name}"
            table.add_row(Text(shown), *(f"{count:,}" for count in counts))
    return table


def _calibration_table(figures: FileFigures) -> Table:
    table = _build_table(
        "calibration error (ECE)", "temperature", "before it", "as served", "by chance"
    )
    for name, model in figures.models():
        own = model.calibration
        errors = (own.ece_before, own.ece, own.ece_by_chance)
        table.add_row(Text(name), f"{own.temperature:g}", *(f"{error:.3f}" for error in errors))
    return table


def _coverage_table(figures: FileFigures) -> Table:
    table = _build_table("accuracy of the surest", *(f"{share:.0%}" for share in _SHARES_SHOWN))
    for name, model in figures.models():
        table.add_row(Text(name), *(_percent(each.accuracy) for each in _shown(model)))
    scores = (f"{each.threshold:.3f}" for each in _shown(figures.model))
    table.add_row("lowest score, this bundle", *scores)
    return table


def _shown(model: ModelFigures) -> list[Coverage]:
    return [each for each in model.coverage if each.share in _SHARES_SHOWN]


def _lengths_table(figures: FileFigures) -> Table:
    models = figures.models()
    table = _build_table("accuracy by tokens", "texts", *(name for name, _ in models))
    for each in zip(*(model.by_length for _, model in models), strict=True):
        cells = (_percent(of_length.accuracy) for of_length in each)
        table.add_row(each[0].name, f"{each[0].texts:,}", *cells)
    return table


def _mistakes_table(figures: FileFigures) -> Table:
    table = _build_table("surest mistakes", "truly", "taken for", "score")
    for each in figures.mistakes[:_MISTAKES_SHOWN]:
        place = f"{figures.file}:{each.line}"
        table.add_row(*map(Text, (place, each.truth, each.predicted, f"{each.score:.3f}")))
    return table


def _build_table(first: str, *numbers: str) -> Table:
    table = Table(box=None, pad_edge=False)
    table.add_column(Text(first), overflow="fold")
    for number in numbers:
        table.add_column(Text(number), justify="right")
    return table


def _percent(part: float | None, interval: Interval | None = None) -> str:
    return "-" if part is None else f"{part:.2%}{_spread(interval)}"


def _spread(interval: Interval | None) -> str:
    return f" ±{50 * (interval.high - interval.low):.1f}" if interval else ""
