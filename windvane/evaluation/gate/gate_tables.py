"""Tables of a comparison: what the gate decided, and every figure of both models."""

from collections.abc import Iterable, Sequence

from windvane.evaluation.figure_table import Cell, Column, FigureTable, Row, number_columns
from windvane.evaluation.gate.figures import BUNDLE_MB, LIMITS_EXCEEDED, MEDIAN_MS, Figure
from windvane.evaluation.gate.gate_checks import GateCheck

_FORMATS = {
    BUNDLE_MB: "{:.2f} MB",
    MEDIAN_MS: "{:.2f} ms",
    LIMITS_EXCEEDED: "{:.0f}",
    "ece": "{:.4f}",
}
_LIMIT_FORMATS = {
    "min": "at least {}",
    "max": "at most {}",
    "max_drop": "at most {} lower",
    "max_rise": "at most {} higher",
    "max_ratio": "at most {} times",
}
_MODELS = number_columns("champion", "challenger")


def checks_table(checks: Sequence[GateCheck]) -> FigureTable:
    """List the limits, the broken ones first."""
    ordered = sorted(checks, key=lambda check: check.kept)
    rows: list[Row] = [
        (
            check.figure.table,
            check.figure.metric,
            show_value(check.figure.metric, check.figure.champion),
            show_value(check.figure.metric, check.figure.challenger),
            show_limit(check),
            Cell("kept" if check.kept else "broken", is_good=check.kept),
        )
        for check in ordered
    ]
    columns = [Column("table"), Column("metric"), *_MODELS, Column("limit"), Column("")]
    return FigureTable(columns, rows)


def figures_table(figures: Iterable[Figure]) -> FigureTable:
    """Show the figures of one table of the gate file; those without any value are left out."""
    rows: list[Row] = [
        (
            figure.metric,
            show_value(figure.metric, figure.champion),
            show_value(figure.metric, figure.challenger),
            show_value(figure.metric, figure.change, sign="+"),
        )
        for figure in figures
        if figure.challenger is not None
    ]
    return FigureTable([Column("metric"), *_MODELS, *number_columns("change")], rows)


def show_value(metric: str, value: float | None, *, sign: str = "") -> str:
    """Format a value by its metric: shares of the texts in percent."""
    if value is None:
        return "-"
    template = _FORMATS.get(metric, "{:.2%}")
    return template.replace("{:", "{:" + sign).format(value)


def show_limit(check: GateCheck) -> str:
    """Put a limit into words, such as ``at most 0.50% lower``."""
    is_ratio = check.limit == "max_ratio"
    bound = f"{check.bound:g}" if is_ratio else show_value(check.figure.metric, check.bound)
    return _LIMIT_FORMATS[check.limit].format(bound)
