"""What a rehearsal prints."""

import io

import pytest

from tests.rehearsal.expectations import StepError, expect_equal
from tests.rehearsal.step_report import StepReport


@pytest.fixture
def report() -> StepReport:
    return StepReport(output=io.StringIO())


def read(report: StepReport) -> str:
    assert isinstance(report.output, io.StringIO)
    return report.output.getvalue()


def test_each_step_is_a_line_and_the_summary_names_the_longest(report: StepReport) -> None:
    for title in ("bootstrap", "deploy"):
        with report.step(title):
            pass

    report.summarize()
    report.count_cpu()

    lines = read(report).splitlines()
    assert [line.split()[-2:] for line in lines[:2]] == [["ok", "bootstrap"], ["ok", "deploy"]]
    assert "2 steps passed" in read(report)
    assert "CPU time" in lines[-1]


def test_failed_step_says_what_was_expected_and_got(report: StepReport) -> None:
    with pytest.raises(StepError), report.step("health"):
        expect_equal("GET /health", 503, 200)

    assert "FAIL  health: GET /health\n  expected: 200\n  got:      503" in read(report)
    assert report.seconds == {}


def test_other_errors_are_failed_steps_too(report: StepReport) -> None:
    with pytest.raises(StepError), report.step("health"):
        raise ConnectionResetError("gone")

    assert "expected: none\n  got:      ConnectionResetError: gone" in read(report)
