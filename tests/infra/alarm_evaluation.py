"""What CloudWatch makes of an alarm's definition and datapoints.

See https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/AlarmThatSendsEmail.html and, for
the statistics, .../Statistics-definitions.html.
"""

import math
import operator
import re
from collections.abc import Callable, Mapping, Sequence
from statistics import fmean
from typing import Any

Samples = Sequence[float]
"""Values of a metric in one period."""

COMPARISONS = {
    "GreaterThanThreshold": operator.gt,
    "GreaterThanOrEqualToThreshold": operator.ge,
    "LessThanThreshold": operator.lt,
    "LessThanOrEqualToThreshold": operator.le,
}

SIMPLE: dict[str, Callable[[Samples], float]] = {
    "Sum": sum,
    "Average": fmean,
    "Maximum": max,
    "Minimum": min,
    "SampleCount": len,
}


def goes_off(alarm: Mapping[str, Any], periods: Sequence[Samples]) -> bool:
    """Return whether an alarm is on after some periods.

    Args:
        alarm: Properties of an ``AWS::CloudWatch::Alarm``.
        periods: Samples of its metric, period by period, oldest first.
    """
    is_on = False
    for end in range(1, len(periods) + 1):
        window = periods[max(0, end - alarm["EvaluationPeriods"]) : end]
        if _is_ignored(alarm, window[-1]):
            continue
        bad = sum(_is_bad(alarm, samples) for samples in window)
        is_on = bad >= alarm.get("DatapointsToAlarm", alarm["EvaluationPeriods"])
    return is_on


def _is_bad(alarm: Mapping[str, Any], samples: Samples) -> bool:
    if not samples:
        return bool(alarm.get("TreatMissingData") == "breaching")
    statistic = alarm.get("Statistic") or alarm["ExtendedStatistic"]
    compare = COMPARISONS[alarm["ComparisonOperator"]]
    return bool(compare(_aggregate(statistic, samples), alarm["Threshold"]))


def _is_ignored(alarm: Mapping[str, Any], samples: Samples) -> bool:
    """Percentiles of too few samples leave the alarm as it is, where it says so."""
    percentile = re.fullmatch(r"p([\d.]+)", alarm.get("ExtendedStatistic", ""))
    if not percentile or alarm.get("EvaluateLowSampleCountPercentile") != "ignore":
        return False
    share = float(percentile[1]) / 100
    return len(samples) < 10 / min(share, 1 - share)


def _aggregate(statistic: str, samples: Samples) -> float:
    if statistic in SIMPLE:
        return SIMPLE[statistic](samples)
    if rank := re.fullmatch(r"PR\(([\d.]*):([\d.]*)\)", statistic):
        low, high = float(rank[1] or -math.inf), float(rank[2] or math.inf)
        return 100 * sum(low < sample <= high for sample in samples) / len(samples)
    [percentile] = re.findall(r"^p([\d.]+)$", statistic)
    place = math.ceil(float(percentile) / 100 * len(samples)) - 1
    return sorted(samples)[place]
