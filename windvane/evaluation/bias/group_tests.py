"""Paired t-tests between groups, over the templates that both can fill."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import combinations

import numpy as np

CONFIDENCE = 0.95
SIGNIFICANCE = 0.05


@dataclass(frozen=True)
class Interval:
    """A mean and its 95 % interval by Student's t; no interval where there are fewer than two."""

    mean: float
    low: float | None
    high: float | None


@dataclass(frozen=True)
class GroupTest:
    """How differently the same templates are read with two groups.

    Attributes:
        groups: The two.
        templates: How many templates both can fill: the pairs of the test.
        difference: Mean over the templates of the first group's positive probability less the
            second's, each the mean of the group's terms, with its interval.
        effect_size: That mean by its standard deviation (Cohen's d_z); None where all templates
            differ by the same amount, which is no finite effect unless it is zero.
        p_value: Two-sided; None where there are fewer than two templates.
        adjusted_p_value: The same after Holm's correction for all pairs of the dimension.
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
        means: For each group its mean positive probability by template.

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
    """Take the mean of some values and its interval."""
    from scipy import stats

    mean = float(np.mean(values))
    if len(values) < 2:  # noqa: PLR2004 - a deviation takes two
        return Interval(mean, None, None)
    error = float(np.std(values, ddof=1)) / math.sqrt(len(values))
    reach = float(stats.t.ppf((1 + CONFIDENCE) / 2, len(values) - 1)) * error
    return Interval(mean, mean - reach, mean + reach)


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
    differences = [first - second for first, second in pairs]
    difference = interval_of(differences)
    if len(pairs) < 2:  # noqa: PLR2004 - a test takes two
        return GroupTest(groups, len(pairs), difference, None, None)
    deviation = float(np.std(differences, ddof=1))
    if np.ptp(differences) == 0:
        same = difference.mean == 0
        return GroupTest(groups, len(pairs), difference, 0.0 if same else None, float(same))
    return GroupTest(
        groups,
        len(pairs),
        difference,
        difference.mean / deviation,
        _p_value(difference.mean / deviation, len(pairs)),
    )


def _p_value(effect_size: float, pairs: int) -> float:
    from scipy import stats

    return float(2 * stats.t.sf(abs(effect_size) * math.sqrt(pairs), pairs - 1))


def _correct(tests: Sequence[GroupTest]) -> list[GroupTest]:
    known = [test for test in tests if test.p_value is not None]
    adjusted = dict(zip(map(id, known), holm([test.p_value or 0.0 for test in known]), strict=True))
    return [replace(test, adjusted_p_value=adjusted.get(id(test))) for test in tests]
