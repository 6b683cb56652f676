import pytest

from windvane.cli.smoke.steps import StepResult
from windvane.cli.smoke.summary import MOST_MODELS, SmokeSummary, find_percentile


def make_result(step: str = "health", elapsed_ms: float | None = 5.0, **changed: str) -> StepResult:
    fields = {"outcome": "ok", "expected": "200", "got": "200", **changed}
    return StepResult(step=step, elapsed_ms=elapsed_ms, **fields)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("values", "percent", "found"),
    [
        ([], 50, None),
        ([3.0], 95, 3.0),
        ([2.0, 1.0], 50, 1.0),
        ([float(value) for value in range(1, 101)], 95, 95.0),
        ([float(value) for value in range(1, 21)], 95, 19.0),
    ],
)
def test_percentile_is_that_of_the_nearest_rank(
    values: list[float], percent: int, found: float | None
) -> None:
    assert find_percentile(values, percent) == found


def test_summary_counts_requests_and_failures_and_no_skipped_step() -> None:
    summary = SmokeSummary()

    summary.add([make_result(), make_result("gone", None, outcome="skipped")], "a@1")
    summary.add([make_result(elapsed_ms=None, outcome="failed")], None)

    written = summary.to_json()
    assert (written["rounds"], written["requests"], written["failures"]) == (2, 2, 1)
    assert written["steps"]["gone"]["requests"] == 0
    assert written["models"] == {"a@1": 1}
    assert summary.has_failed


def test_summary_counts_a_bounded_number_of_models() -> None:
    summary = SmokeSummary()

    for i in range(2 * MOST_MODELS):
        summary.add([make_result()], f"a@{i}")

    assert len(summary.models) == MOST_MODELS
    assert summary.rounds == 2 * MOST_MODELS
