"""Plots of a dimension's figures, as SVG."""

from collections.abc import Sequence
from typing import Any

from windvane.evaluation.bias.bias_figures import DimensionFigures, TextFigures
from windvane.evaluation.report.svg_drawing import ACCENT, FAINT, QUIET, WARN, draw_rows


def plot_groups(figures: DimensionFigures) -> str:
    """Draw each group's mean difference with its interval, and its terms as faint dots below."""
    rows = {group.group: row for row, group in enumerate(figures.groups)}

    def draw(axes: Any) -> None:  # noqa: ANN401 - matplotlib is imported when it is drawn
        axes.axvline(0, color=QUIET, linewidth=0.8)
        axes.scatter(
            [term.difference for term in figures.terms],
            [rows[term.group] + 0.26 for term in figures.terms],
            s=12,
            color=FAINT,
            linewidths=0,
        )
        for group in figures.groups:
            mean, low, high = group.difference.mean, group.difference.low, group.difference.high
            if low is not None and high is not None:
                axes.plot([low, high], [rows[group.group]] * 2, color=ACCENT, linewidth=2)
            axes.scatter([mean], [rows[group.group]], s=34, color=ACCENT, zorder=3)
        axes.set_xlabel("positive probability minus the mean of the same sentence")

    return draw_rows(f"{figures.name}-groups", list(rows), draw)


def plot_headline(figures: DimensionFigures, limit: float | None) -> str:
    """Draw the positive probability of one sentence with each term, a row for each group.

    Args:
        figures: A dimension with a headline.
        limit: Largest spread allowed, drawn as a band around the middle.
    """
    texts = figures.headline_texts()
    shown = {text.group for text in texts}
    groups = [group.group for group in figures.groups if group.group in shown]
    positives = [text.positive for text in texts]

    def draw(axes: Any) -> None:  # noqa: ANN401 - matplotlib is imported when it is drawn
        if limit is not None:
            middle = (min(positives) + max(positives)) / 2
            axes.axvspan(middle - limit / 2, middle + limit / 2, color="#e4eef3", linewidth=0)
        for row, group in enumerate(groups):
            in_group = [text for text in texts if text.group == group]
            axes.scatter(
                [text.positive for text in in_group],
                [row] * len(in_group),
                s=26,
                color=[WARN if text.flipped else ACCENT for text in in_group],
                alpha=0.6,
                linewidths=0,
            )
            _name_ends(axes, in_group, row)
        axes.set_xlabel("positive probability")
        axes.margins(x=0.2)

    return draw_rows(f"{figures.name}-headline", groups, draw, row_inches=0.5)


def _name_ends(axes: Any, texts: Sequence[TextFigures], row: int) -> None:  # noqa: ANN401
    """Write the names of the lowest and the highest beside them."""
    for text, side, gap in ((texts[0], "right", -6), (texts[-1], "left", 6)):
        axes.annotate(
            text.term,
            (text.positive, row),
            xytext=(gap, 0),
            textcoords="offset points",
            ha=side,
            va="center",
            fontsize=8.5,
            color=QUIET,
        )
