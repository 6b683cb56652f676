"""Pictures of a file's figures."""

from collections.abc import Sequence
from typing import Any

from evaluation.calibration import Bin
from evaluation.figures import FileFigures
from evaluation.report.drawing import ACCENT, FAINT, INK, QUIET, WARN, draw

_SQUARE = (4.2, 3.6)


def plot_reliability(figures: FileFigures) -> str:
    """Draw accuracy against confidence, before the temperature and with it."""
    calibration = figures.calibration
    lowest = 1 / len(figures.labels)

    def paint(axes: Any) -> None:  # noqa: ANN401 - matplotlib is imported when it is drawn
        axes.plot([lowest, 1], [lowest, 1], color=QUIET, linewidth=0.8, linestyle="--")
        if calibration.temperature != 1:
            _paint_bins(axes, calibration.bins_before, WARN, "before")
        _paint_bins(axes, calibration.bins, ACCENT, "as served")
        axes.set(xlim=(lowest - 0.02, 1.02), ylim=(0, 1.02))
        axes.set(xlabel="confidence", ylabel="part that is right")
        axes.grid(color=FAINT, linewidth=0.5, alpha=0.6)
        axes.legend(frameon=False, loc="upper left")

    return draw(f"{figures.file}-reliability", _SQUARE, paint)


def plot_coverage(figures: FileFigures) -> str:
    """Draw accuracy by the part of the texts that is answered."""
    points = figures.coverage

    def paint(axes: Any) -> None:  # noqa: ANN401
        shares = [100 * point.share for point in points]
        axes.plot(shares, [100 * point.accuracy for point in points], color=ACCENT, linewidth=2)
        axes.set(xlim=(100, 8), xlabel="texts answered, the surest first, %", ylabel="accuracy, %")
        axes.grid(color=FAINT, linewidth=0.5, alpha=0.6)

    return draw(f"{figures.file}-coverage", _SQUARE, paint)


def plot_confusion(figures: FileFigures) -> str:
    """Draw the confusion matrix, shaded by the part of the true label's texts."""
    rows = [[count / max(1, sum(row)) for count in row] for row in figures.confusion]

    def paint(axes: Any) -> None:  # noqa: ANN401
        axes.imshow(rows, cmap="Blues", vmin=0, vmax=1)
        ticks = range(len(figures.labels))
        axes.set_xticks(ticks, figures.labels)
        axes.set_yticks(ticks, figures.labels)
        axes.set(xlabel="predicted", ylabel="true")
        for i, row in enumerate(figures.confusion):
            for j, count in enumerate(row):
                colour = "white" if rows[i][j] > 0.5 else INK  # noqa: PLR2004 - half is dark
                label = f"{count:,}\n{rows[i][j]:.0%}"
                axes.text(j, i, label, ha="center", va="center", color=colour)

    return draw(f"{figures.file}-confusion", _SQUARE, paint)


def _paint_bins(axes: Any, bins: Sequence[Bin], colour: str, label: str) -> None:  # noqa: ANN401
    filled = [each for each in bins if each.texts]
    most = max(each.texts for each in filled)
    confidences = [each.confidence for each in filled]
    accuracies = [each.accuracy for each in filled]
    sizes = [8 + 90 * each.texts / most for each in filled]
    axes.plot(confidences, accuracies, color=colour, linewidth=1, alpha=0.6)
    axes.scatter(confidences, accuracies, s=sizes, color=colour, label=label, linewidths=0)
