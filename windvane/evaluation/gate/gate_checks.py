"""Checks the figures of a challenger against a gate."""

from collections.abc import Sequence
from dataclasses import dataclass

from windvane.evaluation.errors import GateError
from windvane.evaluation.gate.figures import Figure
from windvane.evaluation.gate.gate_file import Gate

ROUNDING = 1e-9
"""A difference of two shares, such as 0.8 - 0.7, misses its decimal by less than this."""


@dataclass(frozen=True, slots=True)
class GateCheck:
    """A limit, and whether the challenger keeps it.

    Attributes:
        figure: The figure that has the limit.
        limit: Its name, such as ``max_drop``.
        bound: Its value.
        kept: Whether the challenger keeps it.
    """

    figure: Figure
    limit: str
    bound: float
    kept: bool


def check_gate(gate: Gate, figures: Sequence[Figure], files: Sequence[str]) -> list[GateCheck]:
    """Compare the figures with every limit, in the order of the gate file.

    Args:
        gate: The gate; `require_metrics` has accepted it.
        figures: The figures of both models.
        files: Names of the evaluation files.

    Raises:
        GateError: A figure with a limit is not defined, such as the recall of a label that has
            no text in the file.
    """
    by_name = {(figure.table, figure.metric): figure for figure in figures}
    checks = []
    for table, metric, rule in gate.rules(files):
        figure = by_name.get((table, metric))
        if figure is None or figure.challenger is None:
            raise GateError(
                f"{gate.path}, {table}, {metric}: the texts are too few to measure it; remove the "
                "rule or give more texts."
            )
        for limit, bound in rule.limits().items():
            checks.append(GateCheck(figure, limit, bound, _is_kept(gate, figure, limit, bound)))
    return checks


def _is_kept(gate: Gate, figure: Figure, limit: str, bound: float) -> bool:
    value, champion = figure.challenger, figure.champion
    if value is None or (champion is None and limit not in {"min", "max"}):
        raise GateError(
            f"{gate.path}, {figure.table}, {figure.metric}: the champion has no such figure, so "
            f"{limit} cannot be checked."
        )
    before = 0.0 if champion is None else champion
    kept = {
        "min": value >= bound - ROUNDING,
        "max": value <= bound + ROUNDING,
        "max_drop": value >= before - bound - ROUNDING,
        "max_rise": value <= before + bound + ROUNDING,
        "max_ratio": value <= before * bound + ROUNDING,
    }
    return kept[limit]
