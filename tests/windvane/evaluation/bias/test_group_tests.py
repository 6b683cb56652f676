"""Paired t-tests, compared with results by hand and with scipy."""

import pytest
from scipy import stats

from windvane.evaluation.bias.group_tests import compare_groups, holm, interval_of


def test_interval_of_four_values() -> None:
    # Deviation: sqrt((2.25 + 0.25 + 0.25 + 2.25) / 3) = 1.290994; of the mean, half: 0.645497.
    # Student's t with 3 degrees of freedom at 97.5 %: 3.182446.
    interval = interval_of([1, 2, 3, 4])

    assert interval.mean == 2.5
    assert interval.low == pytest.approx(2.5 - 3.182446 * 0.645497, abs=1e-5)
    assert interval.high == pytest.approx(2.5 + 3.182446 * 0.645497, abs=1e-5)


def test_interval_of_one_value_has_no_ends() -> None:
    interval = interval_of([0.3])

    assert (interval.mean, interval.low, interval.high) == (0.3, None, None)


def test_holm_multiplies_the_smallest_most_and_never_falls() -> None:
    # Sorted 0.01, 0.03, 0.04 by 3, 2, 1: 0.03, 0.06, 0.04; the last may not fall below 0.06.
    assert holm([0.04, 0.01, 0.03]) == pytest.approx([0.06, 0.03, 0.06])


def test_holm_stays_within_one() -> None:
    assert holm([0.5, 0.9]) == [1.0, 1.0]


def test_compare_groups_pairs_the_templates_that_both_have() -> None:
    means = {
        "a": {"t1": 0.5, "t2": 0.7, "t3": 0.9, "t4": 0.1},
        "b": {"t1": 0.4, "t2": 0.5, "t3": 0.6},
    }

    [test] = compare_groups(means)

    # The differences are 0.1, 0.2 and 0.3: mean 0.2, deviation 0.1, so d = 2 and t = 2 sqrt(3).
    assert (test.groups, test.templates) == (("a", "b"), 3)
    assert test.difference.mean == pytest.approx(0.2)
    assert test.effect_size == pytest.approx(2)
    assert test.p_value == pytest.approx(0.0741799, abs=1e-6)
    assert test.adjusted_p_value == test.p_value
    assert not test.significant


def test_compare_groups_agrees_with_scipy() -> None:
    first, second = [0.31, 0.52, 0.43, 0.77, 0.18], [0.29, 0.41, 0.44, 0.70, 0.11]
    means = {"a": dict(enumerate(first)), "b": dict(enumerate(second))}
    expected = stats.ttest_rel(first, second)

    [test] = compare_groups(
        {group: {str(key): p for key, p in own.items()} for group, own in means.items()}
    )

    assert test.p_value == pytest.approx(expected.pvalue)
    assert (test.difference.low, test.difference.high) == pytest.approx(
        expected.confidence_interval()
    )


def test_compare_groups_corrects_for_all_pairs_and_sorts_by_width() -> None:
    means = {
        "a": {"t1": 0.10, "t2": 0.20, "t3": 0.31},
        "b": {"t1": 0.11, "t2": 0.20, "t3": 0.30},
        "c": {"t1": 0.50, "t2": 0.61, "t3": 0.70},
    }

    tests = compare_groups(means)

    widths = [abs(test.difference.mean) for test in tests]
    assert widths == sorted(widths, reverse=True)
    by_groups = {test.groups: test for test in tests}
    smallest = min(tests, key=lambda test: test.p_value or 0)
    assert smallest.adjusted_p_value == pytest.approx(3 * (smallest.p_value or 0))
    assert not by_groups["a", "b"].significant
    assert by_groups["a", "c"].significant


@pytest.mark.parametrize(
    ("other", "effect_size", "p_value"), [(0.5, 0.0, 1.0), (0.25, None, 0.0)], ids=["same", "apart"]
)
def test_compare_groups_where_every_template_differs_alike(
    other: float, effect_size: float | None, p_value: float
) -> None:
    [test] = compare_groups({"a": {"t1": 0.5, "t2": 0.5}, "b": {"t1": other, "t2": other}})

    assert (test.effect_size, test.p_value) == (effect_size, p_value)
    assert test.significant == (p_value == 0)


def test_compare_groups_with_one_shared_template_has_no_test() -> None:
    [test] = compare_groups({"a": {"t1": 0.5}, "b": {"t1": 0.4}, "c": {"t2": 0.1}})

    assert (test.groups, test.p_value, test.adjusted_p_value) == (("a", "b"), None, None)
    assert not test.significant


def test_compare_groups_takes_rounding_for_no_difference() -> None:
    [test] = compare_groups({"a": {"t1": 0.3, "t2": 0.5}, "b": {"t1": 0.1 + 0.2, "t2": 0.5}})

    assert (test.effect_size, test.p_value) == (0.0, 1.0)
