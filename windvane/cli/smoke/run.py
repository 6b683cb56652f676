"""Runs ``windvane smoke``: one round, or rounds until time is up or a signal comes."""

import math
import time
from collections.abc import Callable
from dataclasses import dataclass

from windvane.cli.smoke.expectation import Expectation
from windvane.cli.smoke.interruption import catch_signals
from windvane.cli.smoke.reports import JsonReport, Report, TextReport
from windvane.cli.smoke.service_client import ServiceClient
from windvane.cli.smoke.smoke_round import SmokeRound
from windvane.cli.smoke.summary import SmokeSummary
from windvane.cli.smoke.target import Target


@dataclass(frozen=True, kw_only=True)
class Schedule:
    """When rounds begin.

    Attributes:
        every_seconds: Seconds from the begin of a round to that of the next.
        for_minutes: Minutes after which no round begins; None goes on until a signal.
    """

    every_seconds: float
    for_minutes: float | None = None


def run_smoke(
    target: Target, expectation: Expectation, schedule: Schedule | None, *, as_json: bool
) -> bool:
    """Test a service; returns whether no step failed.

    Args:
        target: The service.
        expectation: The text, and what has to be said of it.
        schedule: When rounds begin; None runs one.
        as_json: Whether to write JSON.

    Raises:
        CliError: The address is not that of a service.
    """
    client = ServiceClient(target)
    report: Report = JsonReport() if as_json else TextReport()
    if schedule is None:
        summary = _run_once(SmokeRound(client, expectation), report)
    else:
        summary = _run_rounds(lambda: SmokeRound(client, expectation), schedule, report)
    return not summary.has_failed


def _run_once(smoke: SmokeRound, report: Report) -> SmokeSummary:
    summary, results = SmokeSummary(), []
    for result in smoke.run():
        report.add_step(result)
        results.append(result)
    report.end_single(smoke, results)
    summary.add(results, smoke.model)
    return summary


def _run_rounds(
    begin_round: Callable[[], SmokeRound], schedule: Schedule, report: Report
) -> SmokeSummary:
    """Run rounds; one that takes longer than the interval delays those after it."""
    summary = SmokeSummary()
    due = time.monotonic()
    end = due + (math.inf if schedule.for_minutes is None else schedule.for_minutes * 60)
    with catch_signals() as interruption:
        while due < end and not interruption.is_requested:
            smoke = begin_round()
            results = list(smoke.run())
            report.add_round(smoke, results)
            summary.add(results, smoke.model)
            due = max(due + schedule.every_seconds, time.monotonic())
            interruption.wait(min(due, end) - time.monotonic())
    report.end_all(summary)
    return summary
