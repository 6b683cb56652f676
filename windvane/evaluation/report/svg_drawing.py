"""Drawing with matplotlib, as SVG to put into a page."""

import io
import re
from collections.abc import Callable, Sequence
from typing import Any

INK, QUIET, FAINT, ACCENT, WARN = "#17232e", "#51606d", "#c3d0da", "#0b5c7a", "#a8420a"
_WIDTH_INCHES = 8.6
_ROW_INCHES = 0.4
_STYLE = {
    "font.family": "sans-serif",
    "font.size": 9.5,
    "svg.fonttype": "none",  # text stays text: searchable, and read by screen readers
    "text.color": INK,
    "text.parse_math": False,  # labels and names of files are text, dollar signs too
    "axes.edgecolor": FAINT,
    "axes.labelcolor": QUIET,
    "xtick.color": QUIET,
    "ytick.color": INK,
}


def draw(name: str, size_inches: tuple[float, float], paint: Callable[[Any], None]) -> str:
    """Draw into axes.

    Args:
        name: Unique name, from which the ids in the SVG are made.
        size_inches: Width and height.
        paint: Draws into the axes.

    Raises:
        ModuleNotFoundError: matplotlib is not installed.
    """
    from matplotlib import rc_context
    from matplotlib.figure import Figure

    with rc_context({**_STYLE, "svg.hashsalt": name}):
        figure = Figure(size_inches, layout="constrained")
        axes = figure.add_subplot()
        axes.spines[["top", "left", "right"]].set_visible(False)
        axes.set_axisbelow(True)
        axes.tick_params(length=0)
        paint(axes)
        picture = io.StringIO()
        figure.savefig(picture, format="svg", transparent=True, metadata={"Date": None})
    return _without_ids(picture.getvalue())


def draw_rows(
    name: str,
    labels: Sequence[str],
    paint: Callable[[Any], None],
    *,
    row_inches: float = _ROW_INCHES,
) -> str:
    """Draw into axes with a named row for each label, the first at the top.

    Args:
        name: Unique name, as for `draw`.
        labels: Names of the rows.
        paint: Draws into the axes.
        row_inches: Height of a row.
    """

    def paint_rows(axes: Any) -> None:  # noqa: ANN401 - matplotlib is imported when it is drawn
        axes.grid(axis="x", color=FAINT, linewidth=0.5, alpha=0.6)
        paint(axes)
        axes.set_yticks(range(len(labels)), labels)
        axes.set_ylim(len(labels) - 0.4, -0.6)

    return draw(name, (_WIDTH_INCHES, row_inches * len(labels) + 0.75), paint_rows)


def _without_ids(svg: str) -> str:
    """Remove the XML declaration and the ids that every picture has."""
    svg = svg[svg.index("<svg") :]
    return re.sub(r' id="[A-Za-z][A-Za-z0-9.]*_\d+"', "", svg)
