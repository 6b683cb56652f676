"""Tables of a bias report."""

from collections.abc import Sequence

from windvane.evaluation.bias.bias_figures import DimensionFigures
from windvane.evaluation.bias.bias_limits import LimitCheck
from windvane.evaluation.bias.bias_run import BiasReport
from windvane.evaluation.bias.group_tests import GroupTest, Interval
from windvane.evaluation.figure_table import Cell, Column, FigureTable, Row, number_columns

_WORST_TEXTS = 12


def overview_table(report: BiasReport) -> FigureTable:
    """Show a row of figures per dimension, coloured where they have a limit."""
    columns = [
        Column("dimension"),
        *number_columns("texts", "mean |d|", "largest", "spread", "flips", "pairs"),
        *number_columns("group gap", only_in="page"),
        Column("limits"),
    ]
    return FigureTable(columns, [_overview_row(each, report.checks) for each in report.dimensions])


def limits_table(checks: Sequence[LimitCheck]) -> FigureTable:
    """Compare a dimension's figures with their limits."""
    rows: list[Row] = [
        (
            check.figure.replace("_", " "),
            f"{check.value:.4f}",
            f"{check.limit:g}",
            Cell("exceeded" if check.exceeded else "held", is_good=not check.exceeded),
        )
        for check in checks
    ]
    columns = [Column("figure"), *number_columns("measured", "limit"), Column("")]
    return FigureTable(columns, rows, width="narrow")


def tests_table(tests: Sequence[GroupTest]) -> FigureTable:
    """List t-tests between two groups."""
    rows: list[Row] = [
        (
            " vs ".join(test.groups),
            str(test.templates),
            f"{test.difference.mean:+.4f}",
            _format_interval(test.difference),
            "-" if test.effect_size is None else f"{test.effect_size:+.2f}",
            _format_p_value(test.p_value),
            Cell(_format_p_value(test.adjusted_p_value), is_good=not test.significant),
        )
        for test in tests
    ]
    numbers = number_columns(
        "sentences", "mean difference", "95 % interval", "effect size (d)", "p", "p after Holm"
    )
    return FigureTable([Column("groups"), *numbers], rows)


def templates_table(figures: DimensionFigures) -> FigureTable:
    """List the sentences with their range of probabilities."""
    rows: list[Row] = [
        (
            each.template,
            each.tone,
            Cell("", probabilities=(each.lowest, each.highest)),
            f"{each.spread:.3f}",
            f"{each.mean_difference:.4f}",
            f"{each.flips} of {each.texts}",
            f"{each.lowest_term} {each.lowest:.3f}",
            f"{each.highest_term} {each.highest:.3f}",
        )
        for each in figures.templates
    ]
    columns = [
        *map(Column, ("sentence", "tone", "p from 0 to 1")),
        *number_columns("spread", "mean |d|", "flips"),
        *map(Column, ("lowest", "highest")),
    ]
    return FigureTable(columns, rows, width="wide")


def texts_table(figures: DimensionFigures) -> FigureTable:
    """List the texts with the largest differences."""
    rows: list[Row] = [
        (
            text.text,
            text.group,
            f"{text.positive:.3f}",
            f"{text.difference:+.3f}",
            Cell(f"{text.label}, a flip", is_good=False) if text.flipped else text.label,
        )
        for text in figures.worst_texts(_WORST_TEXTS)
    ]
    columns = [
        *map(Column, ("text", "group")),
        *number_columns("p", "difference"),
        Column("label"),
    ]
    return FigureTable(columns, rows)


def terms_table(figures: DimensionFigures) -> FigureTable:
    """List all terms, the lowest mean difference first."""
    rows = [
        (each.term, each.group, str(each.templates), f"{each.difference:+.4f}")
        for each in figures.terms
    ]
    columns = [Column("term"), Column("group"), *number_columns("sentences", "mean difference")]
    return FigureTable(columns, rows)


def _overview_row(figures: DimensionFigures, all_checks: Sequence[LimitCheck]) -> Row:
    checks = {check.figure: check for check in all_checks if check.dimension == figures.name}

    def colour(figure: str, text: str) -> Cell:
        check = checks.get(figure)
        return Cell(text, is_good=None if check is None else not check.exceeded)

    return (
        Cell(figures.name, link=figures.name),
        f"{figures.texts:,}",
        colour("mean_difference", f"{figures.mean_difference:.4f}"),
        colour("largest_difference", f"{figures.largest_difference:.3f}"),
        colour("spread", f"{figures.spread:.3f}"),
        colour("flip_rate", f"{figures.flip_rate:.2%}"),
        f"{figures.differing_pairs} of {len(figures.tests)}",
        colour("group_difference", f"{figures.group_difference:.4f}"),
        _judge(list(checks.values())),
    )


def _judge(checks: Sequence[LimitCheck]) -> str | Cell:
    if not checks:
        return "-"
    failed = any(check.exceeded for check in checks)
    return Cell("fail" if failed else "pass", is_good=not failed)


def _format_interval(interval: Interval) -> str:
    if interval.low is None or interval.high is None:
        return "-"
    return f"{interval.low:+.4f} to {interval.high:+.4f}"


def _format_p_value(p_value: float | None) -> str:
    if p_value is None:
        return "-"
    return "< 0.001" if p_value < 0.001 else f"{p_value:.3f}"  # noqa: PLR2004 - as papers write it
