"""Plots of a drift report, as SVG."""

from collections.abc import Mapping, Sequence
from typing import Any

from windvane.evaluation.drift.drift_tables import NAMES
from windvane.evaluation.report.svg_drawing import ACCENT, FAINT, QUIET, WARN, draw
from windvane.monitoring.drift_report import FeatureDrift, PeriodDrift

_BINS_INCHES = (4.2, 2.6)
_DAYS_INCHES = (8.6, 2.6)
_BAR = 0.4
_MOST_TICKS = 16
_YEAR_CHARS = len("2026-")
_LINES = ("-", "--", ":", "-.")


def plot_bins(drift: FeatureDrift) -> str:
    """Draw the shares of a feature's bins, the reference beside the records."""
    places = range(len(drift.bins))

    def paint(axes: Any) -> None:  # noqa: ANN401 - matplotlib is imported when it is drawn
        reference = [100 * each.reference for each in drift.bins]
        records = [100 * each.records for each in drift.bins]
        left, right = [each - _BAR / 2 for each in places], [each + _BAR / 2 for each in places]
        axes.bar(left, reference, _BAR, color=FAINT, label="reference")
        axes.bar(right, records, _BAR, color=ACCENT, label="records")
        names = [each.name for each in drift.bins]
        axes.set_xticks(list(places), names, rotation=40, ha="right", fontsize=8)
        axes.set_ylabel("texts, %")
        axes.legend(frameon=False, loc="lower right", bbox_to_anchor=(1, 1), ncols=2)

    return draw(f"{drift.name}-bins", _BINS_INCHES, paint)


def plot_labels(days: Mapping[str, PeriodDrift]) -> str:
    """Draw the label shares over the days."""
    by_label: dict[str, list[float]] = {}
    for period in days.values():
        for drift in period.features:
            for each in drift.bins if drift.name == "label" else ():
                by_label.setdefault(each.name, []).append(100 * each.records)

    def paint(axes: Any) -> None:  # noqa: ANN401
        for i, (label, shares) in enumerate(by_label.items()):
            axes.plot(range(len(days)), shares, _LINES[i % len(_LINES)], marker="o", label=label)
        axes.set(ylim=(0, 100), ylabel="records, %")
        _mark_days(axes, list(days))

    return draw("labels-by-day", _DAYS_INCHES, paint)


def plot_psi(days: Mapping[str, PeriodDrift], limit: float | None) -> str:
    """Draw the population stability index of each feature over the days.

    Args:
        days: The days.
        limit: Drawn as a line, if all features have the same.
    """
    by_feature: dict[str, dict[int, float]] = {}
    for place, period in enumerate(days.values()):
        for drift in period.features:
            by_feature.setdefault(drift.name, {})[place] = drift.psi.value

    def paint(axes: Any) -> None:  # noqa: ANN401
        for i, (name, values) in enumerate(by_feature.items()):
            line = _LINES[i % len(_LINES)]
            axes.plot(list(values), list(values.values()), line, marker="o", label=NAMES[name])
        if limit is not None:
            axes.axhline(limit, color=WARN, linewidth=1, label="limit")
        axes.set_ylim(bottom=0)
        axes.set_ylabel("psi")
        _mark_days(axes, list(days))

    return draw("psi-by-day", _DAYS_INCHES, paint)


def _mark_days(axes: Any, days: Sequence[str]) -> None:  # noqa: ANN401
    places = range(0, len(days), -(-len(days) // _MOST_TICKS))
    axes.set_xticks(list(places), [days[place][_YEAR_CHARS:] for place in places], fontsize=8)
    axes.grid(color=FAINT, linewidth=0.5, alpha=0.6)
    axes.legend(frameon=False, loc="upper left", bbox_to_anchor=(1, 1), labelcolor=QUIET)
