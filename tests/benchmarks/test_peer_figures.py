"""The arithmetic behind the figures."""

import pytest

from benchmarks.latency import Latency, median_latency, percentiles
from benchmarks.peer_figures import ratio, share_equal


def test_percentiles_are_those_of_the_sorted_times() -> None:
    milliseconds = [float(i) for i in range(100, -1, -1)]

    latency = percentiles(milliseconds)

    assert latency == Latency(50, 95, 99)


def test_percentiles_interpolate_between_neighbours() -> None:
    latency = percentiles([1.0, 2.0])

    assert latency.p50_ms == pytest.approx(1.5)
    assert latency.p95_ms == pytest.approx(1.95)
    assert latency.p99_ms == pytest.approx(1.99)


def test_median_latency_leaves_out_a_disturbed_round() -> None:
    rounds = [Latency(1, 2, 3), Latency(90, 91, 92), Latency(2, 3, 4)]

    latency = median_latency(rounds)

    assert latency == Latency(2, 3, 4)


def test_share_equal_counts_position_by_position() -> None:
    share = share_equal(["a", "b", "c", "a"], ["a", "c", "b", "a"])

    assert share == 0.5


def test_share_equal_refuses_lists_of_unlike_length() -> None:
    with pytest.raises(ValueError, match="shorter"):
        share_equal(["a", "b"], ["a"])


@pytest.mark.parametrize(
    ("value", "ours", "expected"),
    [
        pytest.param(6.0, 3.0, 2.0, id="both measured"),
        pytest.param(None, 3.0, None, id="the peer's is missing"),
        pytest.param(6.0, None, None, id="ours is missing"),
        pytest.param(6.0, 0.0, None, id="ours is zero"),
    ],
)
def test_ratio_needs_both_figures(
    value: float | None, ours: float | None, expected: float | None
) -> None:
    assert ratio(value, ours) == expected
