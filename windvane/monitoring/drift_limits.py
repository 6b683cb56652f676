"""Limits on the figures of a drift report."""

from collections.abc import Iterator, Sequence
from pathlib import Path

import msgspec

from windvane.monitoring.distances import Estimate
from windvane.monitoring.drift_report import DriftReport, PeriodDrift
from windvane.monitoring.errors import LimitsError
from windvane.monitoring.limit_rules import EVERY, SHARE, SHARES, Limit, Limits, find_limit_fault
from windvane.toml_files import read_toml

LIMITS_FILE = Path(__file__).with_name("limits.toml")
FEWEST_RECORDS = 100
"""Fewer exceed no limit: with ten bins, their intervals are too narrow."""


class LimitCheck(msgspec.Struct, frozen=True, kw_only=True):
    """A figure of a feature and its limit.

    Attributes:
        feature: The feature's name, ``repeats`` or ``corrections``.
        figure: ``psi``, ``js`` or ``share``.
        estimate: The figure.
        limit: Its limit.
        exceeded: Whether the figure is above it, with its whole interval, and of
            `FEWEST_RECORDS` or more.
        day: The day that the figure is of, in UTC; None for the whole period.
    """

    feature: str
    figure: str
    estimate: Estimate
    limit: float
    exceeded: bool
    day: str | None = None


def load_limits(file: Path, features: Sequence[str]) -> Limits:
    """Read limits by feature and figure.

    Args:
        file: The file.
        features: Names of the profile's features.

    Raises:
        LimitsError: The file cannot be read, has no limit, names an unknown feature or figure, or
            holds a value that is not a number from 0 to 100.
    """
    limits = read_toml(file, dict[str, dict[str, Limit]], LimitsError)
    if fault := find_limit_fault(limits, features):
        raise LimitsError(f"{file}: {fault}.")
    return limits


def check_limits(report: DriftReport, limits: Limits) -> list[LimitCheck]:
    """Compare a report's figures with their limits.

    Returns:
        Each limit for the whole period, in the order of the report, and then, day by day, those
        that one of several days exceeds: a day that is far off may be lost in a month.
    """
    checks = list(_check_period(report.whole, limits, None))
    for day, period in report.days.items() if len(report.days) > 1 else ():
        checks += [check for check in _check_period(period, limits, day) if check.exceeded]
    return checks


def list_figures(period: PeriodDrift) -> Iterator[tuple[str, str, Estimate]]:
    """Yield feature, figure and estimate of all that can have a limit."""
    for drift in period.features:
        yield drift.name, "psi", drift.psi
        yield drift.name, "js", drift.js
    yield "repeats", SHARE, period.repeats.share
    if period.corrections:
        yield "corrections", SHARE, period.corrections.share


def _check_period(period: PeriodDrift, limits: Limits, day: str | None) -> Iterator[LimitCheck]:
    is_enough = period.records >= FEWEST_RECORDS
    for feature, figure, estimate in list_figures(period):
        limit = _find_limit(limits, feature, figure)
        if limit is not None:
            yield LimitCheck(
                feature=feature,
                figure=figure,
                estimate=estimate,
                limit=limit,
                exceeded=is_enough and estimate.low > limit,
                day=day,
            )


def _find_limit(limits: Limits, feature: str, figure: str) -> float | None:
    shared = {} if feature in SHARES else limits.get(EVERY, {})
    return {**shared, **limits.get(feature, {})}.get(figure)
