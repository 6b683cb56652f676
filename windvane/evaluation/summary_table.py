"""One table of several files and models, such as a model card shows."""

from collections.abc import Iterable, Sequence
from itertools import chain

from windvane.evaluation.figure_table import Column, FigureTable, Row, number_columns
from windvane.evaluation.file_figures import FileFigures, ModelFigures
from windvane.evaluation.intervals import Interval

_MACRO_FIGURES = ("accuracy", "macro_recall", "macro_f1")
_DASH = "-"


def summary_table(files: Sequence[FileFigures], labels: Sequence[str]) -> FigureTable:
    """Build a row for each file and model, then each model's means over the files.

    Shares are in percent; ± is half of a 95 % bootstrap interval. In the means every file counts
    the same, and recall is that of the files that have the label.

    Args:
        files: The figures, with the same models in each.
        labels: The bundle's labels, a column of recall each.
    """
    rows: list[Row] = [
        (figures.file, name, f"{model.metrics.texts:,}", *_show_figures(model, labels))
        for figures in files
        for name, model in figures.models()
    ]
    if len(files) > 1:
        rows += _build_means(files, labels)
    columns = [
        Column("file"),
        Column("model"),
        *number_columns("texts", "accuracy", "macro-recall", "macro-F1"),
        *number_columns(*(f"recall, {label}" for label in labels), "ECE"),
    ]
    return FigureTable(columns, rows)


def _show_figures(model: ModelFigures, labels: Sequence[str]) -> list[str]:
    intervals, calibration = model.intervals, model.calibration
    macro = [_show_share(getattr(model.metrics, name), intervals[name]) for name in _MACRO_FIGURES]
    recalls = [
        _show_share(_recall(model, label), intervals.get(f"{label}.recall")) for label in labels
    ]
    low, high = calibration.ece_interval
    return [*macro, *recalls, f"{calibration.ece:.3f} ±{(high - low) / 2:.3f}"]


def _build_means(files: Sequence[FileFigures], labels: Sequence[str]) -> Iterable[Row]:
    by_model: dict[str, list[ModelFigures]] = {}
    for name, model in chain.from_iterable(figures.models() for figures in files):
        by_model.setdefault(name, []).append(model)
    for name, models in by_model.items():
        columns = [
            *([getattr(model.metrics, figure) for model in models] for figure in _MACRO_FIGURES),
            *([_recall(model, label) for model in models] for label in labels),
        ]
        texts = sum(model.metrics.texts for model in models)
        error = _mean([model.calibration.ece for model in models])
        means = [_show_share(_mean(column)) for column in columns]
        yield (f"mean of {len(files)} files", name, f"{texts:,}", *means, f"{error:.3f}")


def _recall(model: ModelFigures, label: str) -> float | None:
    """Return a label's recall; None where the file ignores the label or has no text of it."""
    metrics = model.metrics.labels.get(label)
    return metrics.recall if metrics else None


def _mean(figures: Sequence[float | None]) -> float | None:
    defined = [figure for figure in figures if figure is not None]
    return sum(defined) / len(defined) if defined else None


def _show_share(share: float | None, interval: Interval | None = None) -> str:
    if share is None:
        return _DASH
    margin = f" ±{50 * (interval.high - interval.low):.1f}" if interval else ""
    return f"{100 * share:.2f}{margin}"
