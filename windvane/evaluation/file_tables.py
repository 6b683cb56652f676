"""Tables of one file's figures, every model in each of them."""

from collections.abc import Sequence

from windvane.evaluation.coverage import Coverage
from windvane.evaluation.figure_table import (
    Cell,
    Column,
    FigureTable,
    Row,
    number_columns,
    percent,
)
from windvane.evaluation.file_figures import FileFigures, Mistake, ModelFigures

_SHARES_SHOWN = (1.0, 0.9, 0.8, 0.7, 0.5, 0.3)
_MACRO_FIGURES = ("accuracy", "macro_recall", "macro_f1")


def overview_table(files: Sequence[FileFigures]) -> FigureTable:
    """Compare files and models; each file links to the section ``file-N`` of the page."""
    rows: list[Row] = [
        (
            Cell(figures.file, link=f"file-{number}"),
            name,
            f"{model.metrics.texts:,}",
            *_macro_cells(model),
            f"{model.calibration.ece:.3f}",
        )
        for number, figures in enumerate(files, start=1)
        for name, model in figures.models()
    ]
    numbers = number_columns("texts", "accuracy", "macro-recall", "macro-F1", "ECE")
    return FigureTable([Column("file"), Column("model"), *numbers], rows)


def models_table(figures: FileFigures) -> FigureTable:
    """Compare the models by accuracy and the macro figures."""
    rows: list[Row] = [(name, *_macro_cells(model)) for name, model in figures.models()]
    numbers = number_columns("accuracy", "macro-recall", "macro-F1")
    return FigureTable([Column("model"), *numbers], rows, "Models on these texts")


def rivals_table(figures: FileFigures) -> FigureTable:
    """Compare the other models' predictions with the bundle's."""
    rows: list[Row] = [
        (
            rival.name,
            percent(rival.agreement),
            f"{rival.largest_gap:.3f}",
            Cell(f"{100 * rival.gain:+.2f}", rival.gain_interval),
        )
        for rival in figures.rivals
    ]
    numbers = number_columns("same label", "largest gap", "this bundle gains")
    return FigureTable([Column("beside it"), *numbers], rows, "This bundle beside others")


def labels_table(figures: FileFigures) -> FigureTable:
    """Show recall, precision and F1 of each label."""
    rows: list[Row] = [
        (
            _name_row(label, name, model, figures),
            f"{metrics.texts:,}",
            f"{metrics.predicted:,}",
            *(
                percent(getattr(metrics, figure), model.intervals.get(f"{label}.{figure}"))
                for figure in ("recall", "precision", "f1")
            ),
        )
        for name, model in figures.models()
        for label, metrics in model.metrics.labels.items()
    ]
    columns = [
        Column("label"),
        *number_columns("texts"),
        *number_columns("predicted", only_in="page"),
        *number_columns("recall", "precision", "F1"),
    ]
    return FigureTable(columns, rows, "By label")


def confusion_table(figures: FileFigures) -> FigureTable:
    """Show the confusion matrices; a page draws the bundle's as a picture instead."""
    rows = [
        (_name_row(label, name, model, figures), *(f"{count:,}" for count in counts))
        for name, model in figures.models()
        for label, counts in zip(figures.labels, model.confusion, strict=True)
    ]
    numbers = number_columns(*(f"as {label}" for label in figures.labels))
    return FigureTable([Column("truly"), *numbers], rows)


def calibration_table(figures: FileFigures) -> FigureTable:
    """Show the calibration errors before and after the temperature, and the one by chance."""
    rows = [
        (
            name,
            f"{calibration.temperature:g}",
            f"{calibration.ece_before:.3f}",
            f"{calibration.ece:.3f}",
            f"{calibration.ece_by_chance:.3f}",
        )
        for name, model in figures.models()
        for calibration in [model.calibration]
    ]
    columns = [
        Column("calibration error (ECE)"),
        *number_columns("temperature", "before it", "as served", "by chance"),
    ]
    return FigureTable(columns, rows, "Calibration", "narrow")


def coverage_table(figures: FileFigures) -> FigureTable:
    """Show the accuracy if the model may abstain from the texts it is least sure of."""
    rows: list[Row] = [
        (name, *(percent(point.accuracy) for point in _shown_points(model)))
        for name, model in figures.models()
    ]
    thresholds = (f"{point.threshold:.3f}" for point in _shown_points(figures.model))
    rows.append(("lowest score, this bundle", *thresholds))
    numbers = number_columns(*(f"{share:.0%}" for share in _SHARES_SHOWN))
    columns = [Column("accuracy of the surest"), *numbers]
    return FigureTable(columns, rows, "Accuracy, if it may abstain", "narrow")


def answered_table(figures: FileFigures) -> FigureTable:
    """Show how many texts get a label with the lowest score that was given."""
    columns = [Column("this bundle"), *number_columns("texts", "of all", "accuracy")]
    answered = figures.answered
    if answered is None:
        return FigureTable(columns, [])
    accuracy = "-" if answered.accuracy is None else percent(answered.accuracy)
    name = f"labels with a score of {answered.min_score:g} or more"
    row: Row = (name, f"{answered.texts:,}", percent(answered.share), accuracy)
    return FigureTable(columns, [row], "With the lowest score", "narrow")


def lengths_table(figures: FileFigures) -> FigureTable:
    """Show the figures of short texts and of long ones."""
    models = figures.models()
    rows: list[Row] = [
        (
            lengths[0].name,
            f"{lengths[0].texts:,}",
            *(percent(each.accuracy) for each in lengths),
            *(percent(each.macro_recall) for each in lengths),
        )
        for lengths in zip(*(model.by_length for _, model in models), strict=True)
    ]
    columns = [
        Column("accuracy by tokens"),
        *number_columns("texts", *(name for name, _ in models)),
        *number_columns(*(f"macro-recall, {name}" for name, _ in models), only_in="page"),
    ]
    return FigureTable(columns, rows, "By length", "narrow")


def mistakes_table(figures: FileFigures, mistakes: Sequence[Mistake]) -> FigureTable:
    """List mistakes by line, without their texts."""
    rows = [
        (
            f"{figures.file}:{each.line}",
            f"{each.line:,}",
            each.truth,
            each.predicted,
            f"{each.score:.3f}",
        )
        for each in mistakes
    ]
    columns = [
        Column("surest mistakes", only_in="terminal"),
        *number_columns("line", only_in="page"),
        Column("truly"),
        Column("taken for"),
        *number_columns("score"),
    ]
    return FigureTable(columns, rows, "Worst mistakes: sure, and wrong", "narrow")


def mistake_texts_table(figures: FileFigures) -> FigureTable:
    """List all mistakes with their texts, which a terminal never shows."""
    table = mistakes_table(figures, figures.mistakes)
    rows = [(mistake.text, *row) for mistake, row in zip(figures.mistakes, table.rows, strict=True)]
    return FigureTable([Column("text"), *table.columns], rows, table.caption, "wide")


def _macro_cells(model: ModelFigures) -> list[Cell]:
    return [
        percent(getattr(model.metrics, figure), model.intervals[figure])
        for figure in _MACRO_FIGURES
    ]


def _name_row(label: str, name: str, model: ModelFigures, figures: FileFigures) -> str:
    return label if model is figures.model else f"{label}, {name}"


def _shown_points(model: ModelFigures) -> list[Coverage]:
    return [point for point in model.coverage if point.share in _SHARES_SHOWN]
