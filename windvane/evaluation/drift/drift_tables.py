"""Tables of a drift report."""

from collections.abc import Sequence

from windvane.evaluation.figure_table import Cell, Column, FigureTable, Row, number_columns
from windvane.monitoring.distances import Estimate
from windvane.monitoring.drift_limits import FEWEST_RECORDS, LimitCheck
from windvane.monitoring.drift_report import Bin, DriftReport, FeatureDrift, PeriodDrift

NAMES = {
    "label": "label",
    "score": "score",
    "tokens": "tokens",
    "chars_per_token": "chars per token",
    "unknown_share": "unknown tokens",
    "language": "language",
    "repeats": "repeats",
    "corrections": "corrections",
}
Checks = Sequence[LimitCheck]


def describe_compared(report: DriftReport) -> str:
    """Say how many records were compared with how many texts."""
    days = list(report.days)
    period = days[0] if len(days) == 1 else f"{days[0]} to {days[-1]}"
    parts = [
        f"{_count_records(report.whole.records)} ({period}) against the "
        f"{report.reference_texts:,} texts of the reference profile"
    ]
    if report.other_models:
        parts.append(f"{report.other_models:,} of other models or versions left out")
    if report.missing:
        names = ", ".join(NAMES[name] for name in report.missing)
        parts.append(f"no record has: {names}")
    if report.whole.records < FEWEST_RECORDS:
        parts.append(f"fewer than {FEWEST_RECORDS} records exceed no limit")
    return "; ".join(parts) + "."


def _count_records(count: int) -> str:
    return f"{count:,} {'record' if count == 1 else 'records'}"


def describe_check(check: LimitCheck) -> str:
    """Say that a figure is above its limit."""
    day = f"{check.day}, " if check.day else ""
    figure = f"{check.figure} {_describe(check.estimate)}"
    return f"{day}{NAMES[check.feature]}: {figure} is above its limit {check.limit:g}."


def describe_holding(checks: Checks) -> str:
    """Say that no limit on the whole period is exceeded."""
    count = sum(check.day is None for check in checks)
    return "The one limit holds." if count == 1 else f"All {count} limits hold."


def features_table(report: DriftReport, checks: Checks) -> FigureTable:
    """Build the table of the features' distances and means."""
    by_figure = _by_figure(checks)
    rows: list[Row] = [
        [
            NAMES[drift.name],
            *_mean_cells(drift),
            _estimate_cell(drift.psi, by_figure.get((drift.name, "psi"))),
            _estimate_cell(drift.js, by_figure.get((drift.name, "js"))),
            f"{drift.records:,}",
        ]
        for drift in report.whole.features
    ]
    columns = [
        Column(""),
        *number_columns("reference", "mean", "psi", "js"),
        *number_columns("records", only_in="page"),
    ]
    return FigureTable(columns, rows)


def shares_table(report: DriftReport, checks: Checks) -> FigureTable:
    """Build the table of the most frequent text and the corrections."""
    by_figure = _by_figure(checks)
    shares = (("repeats", report.whole.repeats), ("corrections", report.whole.corrections))
    rows: list[Row] = [
        [
            NAMES[name],
            "" if each.reference is None else _describe_mean(each.reference),
            _estimate_cell(each.share, by_figure.get((name, "share"))),
            f"{each.records:,}",
        ]
        for name, each in shares
        if each is not None
    ]
    return FigureTable([Column(""), *number_columns("reference", "share", "of records")], rows)


def days_table(days: dict[str, PeriodDrift], checks: Checks) -> FigureTable:
    """Build the table of days: label shares, corrections, and what exceeds its limit."""
    labels = [each.name for each in _label_bins(next(iter(days.values())))]
    rows: list[Row] = [
        [
            day,
            f"{period.records:,}",
            *(f"{each.records:.1%}" for each in _label_bins(period)),
            _describe_corrections(period),
            f"{period.repeats.share.value:.1%}",
            *(f"{drift.psi.value:.2f}" for drift in period.features),
            _exceeding_cell([check for check in checks if check.day == day or len(days) == 1]),
        ]
        for day, period in days.items()
    ]
    features = [NAMES[drift.name] for drift in next(iter(days.values())).features]
    columns = [
        Column("day (UTC)"),
        *number_columns("records", *labels, "corrected", "repeats"),
        *number_columns(*(f"{name} psi" for name in features), only_in="page"),
        Column("beyond limits"),
    ]
    return FigureTable(columns, rows)


def bins_table(drift: FeatureDrift) -> FigureTable:
    """Build the table of a feature's bins."""
    rows = [(each.name, f"{each.reference:.1%}", f"{each.records:.1%}") for each in drift.bins]
    columns = [Column(NAMES[drift.name]), *number_columns("reference", "records")]
    return FigureTable(columns, rows, width="narrow")


def _label_bins(period: PeriodDrift) -> Sequence[Bin]:
    """Return the bins of the label, which every record has."""
    return next(drift.bins for drift in period.features if drift.name == "label")


def _describe_corrections(period: PeriodDrift) -> str:
    each = period.corrections
    return f"{each.share.value:.0%} of {each.records:,}" if each else "-"


def _exceeding_cell(checks: Checks) -> Cell:
    exceeded = [check.feature for check in checks if check.exceeded]
    names = ", ".join(NAMES[feature] for feature in dict.fromkeys(exceeded))
    return Cell(names, is_good=False if names else None)


def _mean_cells(drift: FeatureDrift) -> tuple[str, str]:
    if drift.reference_mean is None or drift.mean is None:
        return "", ""
    return _describe_mean(drift.reference_mean), _describe_mean(drift.mean)


def _describe_mean(mean: float) -> str:
    return f"{mean:.3f}"


def _by_figure(checks: Checks) -> dict[tuple[str, str], LimitCheck]:
    return {(check.feature, check.figure): check for check in checks if check.day is None}


def _estimate_cell(estimate: Estimate, check: LimitCheck | None) -> Cell:
    return Cell(_describe(estimate), is_good=None if check is None else not check.exceeded)


def _describe(estimate: Estimate) -> str:
    return f"{estimate.value:.2f} ({estimate.low:.2f} to {estimate.high:.2f})"
