"""The table of a suite's failures by capability and kind of test."""

from windvane.evaluation.behaviour.behaviour_figures import BehaviourFigures, KindFigures
from windvane.evaluation.behaviour.suite import KINDS
from windvane.evaluation.figure_table import Column, FigureTable, Row, number_columns


def build_behaviour_table(figures: BehaviourFigures) -> FigureTable:
    """Show cases, the share that failed, and failed/cases by kind of test."""
    rows: list[Row] = [
        (
            capability.name,
            f"{capability.cases:,}",
            f"{capability.failure_rate:.1%}",
            *(_count_failures(capability.of_kind(kind)) for kind in KINDS),
            capability.about,
        )
        for capability in figures.capabilities
    ]
    numbers = number_columns("cases", "failed", *KINDS)
    return FigureTable([Column("capability"), *numbers, Column("about", only_in="page")], rows)


def _count_failures(figures: KindFigures | None) -> str:
    return f"{figures.failures}/{figures.cases}" if figures else "-"
