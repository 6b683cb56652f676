"""Plots of a file's figures, as SVG."""

from collections.abc import Sequence
from typing import Any

from windvane.evaluation.calibration import Bin
from windvane.evaluation.file_figures import FileFigures
from windvane.evaluation.report.svg_drawing import ACCENT, FAINT, INK, QUIET, WARN, draw

_SIZE_INCHES = (3.5, 3.1)
_RIVAL_LINES = ("--", ":", "-.")
_DARK = 0.5
"""Shares above it have a shade that needs white text."""


def plot_reliability(figures: FileFigures) -> str:
    """Draw accuracy against confidence, before the temperature and with it."""
    calibration = figures.model.calibration
    lowest = 1 / len(figures.labels)

    def paint(axes: Any) -> None:  # noqa: ANN401 - matplotlib is imported when it is drawn
        axes.plot([lowest, 1], [lowest, 1], color=QUIET, linewidth=0.8, linestyle="--")
        if calibration.temperature != 1:
            _paint_bins(axes, calibration.bins_before, WARN, "before the temperature")
        _paint_bins(axes, calibration.bins, ACCENT, "as served")
        axes.set(xlim=(lowest - 0.02, 1.03), ylim=(0, 1.03))
        axes.set(xlabel="confidence", ylabel="part that is right")
        axes.grid(color=FAINT, linewidth=0.5, alpha=0.6)
        axes.legend(frameon=False, loc="lower right")

    return draw(f"{figures.sha256}-reliability", _SIZE_INCHES, paint)


def plot_coverage(figures: FileFigures) -> str:
    """Draw accuracy by coverage."""

    def paint(axes: Any) -> None:  # noqa: ANN401
        for i, (name, model) in enumerate(figures.models()):
            shares = [100 * point.share for point in model.coverage]
            accuracies = [100 * point.accuracy for point in model.coverage]
            bundle = {"color": ACCENT, "linewidth": 2}
            rival = {"color": QUIET, "linestyle": _RIVAL_LINES[(i - 1) % len(_RIVAL_LINES)]}
            axes.plot(shares, accuracies, label=name, **(rival if i else bundle))
        axes.set(xlim=(101, 8), xlabel="texts covered, the surest first, %", ylabel="accuracy, %")
        axes.grid(color=FAINT, linewidth=0.5, alpha=0.6)
        if figures.rivals:
            axes.legend(frameon=False, loc="lower left", bbox_to_anchor=(0, 1))  # above the lines

    return draw(f"{figures.sha256}-coverage", _SIZE_INCHES, paint)


def plot_confusion(figures: FileFigures) -> str:
    """Draw the confusion matrix, shaded by the share of the true label's texts."""
    confusion = figures.model.confusion
    rows = [[count / max(1, sum(row)) for count in row] for row in confusion]

    def paint(axes: Any) -> None:  # noqa: ANN401
        axes.imshow(rows, cmap="Blues", vmin=0, vmax=1, aspect="auto")
        ticks = range(len(figures.labels))
        axes.set_xticks(ticks, figures.labels)
        axes.set_yticks(ticks, figures.labels, rotation=90, va="center")
        axes.set(xlabel="taken for", ylabel="truly")
        for i, row in enumerate(confusion):
            for j, count in enumerate(row):
                colour = "white" if rows[i][j] > _DARK else INK
                words = f"{count:,}\n{rows[i][j]:.0%}"
                axes.text(j, i, words, ha="center", va="center", color=colour)

    return draw(f"{figures.sha256}-confusion", _SIZE_INCHES, paint)


def _paint_bins(axes: Any, bins: Sequence[Bin], colour: str, label: str) -> None:  # noqa: ANN401
    filled = [each for each in bins if each.texts]
    most = max(each.texts for each in filled)
    confidences = [each.confidence for each in filled]
    accuracies = [each.accuracy for each in filled]
    sizes = [8 + 90 * each.texts / most for each in filled]
    axes.plot(confidences, accuracies, color=colour, linewidth=1, alpha=0.6)
    axes.scatter(confidences, accuracies, s=sizes, color=colour, label=label, linewidths=0)
