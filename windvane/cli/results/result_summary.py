"""Counts of the results in a log."""

from collections import Counter
from collections.abc import Iterable

import msgspec

from windvane.result_log.record import ResultRecord

DAY_CHARS = len("2026-11-22")


class Summary(msgspec.Struct):
    """Counts of results.

    Attributes:
        results: Number of results.
        mean_score: Mean of their scores.
        labels: How many have each label.
        models: How many each model classified.
        routes: How many came from each route.
        clients: How many came from each client; those of the operator's keys are in none.
        days: How many were recorded on each day, in UTC.
        corrections: How many have feedback, by the model's label and the feedback label; the two
            are equal if the label was confirmed.
    """

    results: int = 0
    mean_score: float = 0.0
    labels: dict[str, int] = msgspec.field(default_factory=Counter)
    models: dict[str, int] = msgspec.field(default_factory=Counter)
    routes: dict[str, int] = msgspec.field(default_factory=Counter)
    clients: dict[str, int] = msgspec.field(default_factory=Counter)
    days: dict[str, int] = msgspec.field(default_factory=Counter)
    corrections: dict[tuple[str, str], int] = msgspec.field(default_factory=Counter)


def summarize(records: Iterable[ResultRecord]) -> Summary:
    """Count results, one at a time."""
    summary = Summary()
    total_score = 0.0
    for record in records:
        summary.results += 1
        total_score += record.score
        summary.labels[record.label] += 1
        summary.models[record.model] += 1
        summary.routes[record.route] += 1
        if record.client is not None:
            summary.clients[record.client] += 1
        summary.days[record.created_at[:DAY_CHARS]] += 1
        if record.feedback_label is not None:
            summary.corrections[record.label, record.feedback_label] += 1
    if summary.results:
        summary.mean_score = total_score / summary.results
    return summary
