"""Paired t-tests between groups, over the templates that both groups fill."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import combinations

import numpy as np

CONFIDENCE = 0.95
SIGNIFICANCE = 0.05
_ROUNDING = 1e-12
"""Probabilities that differ by less are equal, apart from rounding."""


@dataclass(frozen=True)
class Interval:
    """A mean and its 95 % interval by Student's t; None for the bounds of fewer than two values."""

    mean: float
    low: float | None
    high: float | None


@dataclass(frozen=True)
class GroupTest:
    """A paired t-test between two groups.

    Attributes:
        groups: Names of the two groups.
        templates: Number of pairs, that is of templates that both groups fill.
        difference: Mean of the pairs' differences with its interval. A pair's difference is the
            first group's mean positive probability minus the second's.
        effect_size: The mean difference divided by its standard deviation (Cohen's d_z). None if
            all pairs differ by the same amount other than zero: the effect is infinite.
        p_value: Two-sided; None for fewer than two pairs.
        adjusted_p_value: The p-value after Holm's correction for all pairs of the dimension.
    """

    groups: tuple[str, str]
    templates: int
    difference: Interval
    effect_size: float | None
    p_value: float | None
    adjusted_p_value: float | None = None

    @property
    def significant(self) -> bool:
        """Whether the groups differ at 5 % after the correction."""
        return self.adjusted_p_value is not None and self.adjusted_p_value < SIGNIFICANCE


def compare_groups(means: Mapping[str, Mapping[str, float]]) -> list[GroupTest]:
    """Test each pair of groups.

    Args:
        means: Each group's mean positive probability by template.

    Returns:
        The pairs that share a template, widest difference first.
    """
    tests = []
    for first, second in combinations(means, 2):
        shared = [template for template in means[first] if template in means[second]]
        if shared:
            pairs = [(means[first][template], means[second][template]) for template in shared]
            tests.append(_compare_pair((first, second), pairs))
    return sorted(_correct(tests), key=lambda test: -abs(test.difference.mean))


def interval_of(values: Sequence[float]) -> Interval:
    """Work out the mean of probabilities or of their differences, and its interval."""
    from scipy import stats

    mean = float(np.mean(values))
    if len(values) < 2:  # noqa: PLR2004 - a deviation takes two
        return Interval(mean, None, None)
    if _are_equal(values):
        return Interval(mean, mean, mean)
    low, high = stats.ttest_1samp(values, 0).confidence_interval(CONFIDENCE)
    return Interval(mean, float(low), float(high))


def holm(p_values: Sequence[float]) -> list[float]:
    """Correct p-values for their number (Holm 1979, Scand. J. Statist. 6, 65-70)."""
    order = sorted(range(len(p_values)), key=p_values.__getitem__)
    adjusted = [0.0] * len(p_values)
    highest = 0.0
    for rank, index in enumerate(order):
        highest = max(highest, min(1.0, (len(p_values) - rank) * p_values[index]))
        adjusted[index] = highest
    return adjusted


def _compare_pair(groups: tuple[str, str], pairs: Sequence[tuple[float, float]]) -> GroupTest:
    from scipy import stats

    differences = [first - second for first, second in pairs]
    difference = interval_of(differences)
    if len(pairs) < 2:  # noqa: PLR2004 - a test takes two
        return GroupTest(groups, len(pairs), difference, None, None)
    if _are_equal(differences):
        same = abs(difference.mean) <= _ROUNDING
        return GroupTest(groups, len(pairs), difference, 0.0 if same else None, float(same))
    test = stats.ttest_rel(*zip(*pairs, strict=True))
    effect_size = float(test.statistic) / math.sqrt(len(pairs))
    return GroupTest(groups, len(pairs), difference, effect_size, float(test.pvalue))


def _are_equal(values: Sequence[float]) -> bool:
    """Whether the values have no deviation to test by."""
    return float(np.ptp(values)) <= _ROUNDING


def _correct(tests: Sequence[GroupTest]) -> list[GroupTest]:
    adjusted = iter(holm([test.p_value for test in tests if test.p_value is not None]))
    return [
        test if test.p_value is None else replace(test, adjusted_p_value=next(adjusted))
        for test in tests
    ]
