"""``windvane evaluate --behaviour``: what fails by capability."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from tests.windvane.evaluation.behaviour.suite_folder import WEATHER, write_suite
from windvane.cli.main import windvane

Evaluate = Callable[..., Result]


@pytest.fixture
def evaluate(tiny_bundle: Path) -> Evaluate:
    def run(*arguments: str | Path) -> Result:
        return CliRunner().invoke(windvane, ["evaluate", str(tiny_bundle), *map(str, arguments)])

    return run


@pytest.fixture
def suite(tmp_path: Path) -> Path:
    return write_suite(tmp_path / "suite", weather=WEATHER)


@pytest.fixture
def labelled(tmp_path: Path) -> Path:
    file = tmp_path / "labelled.csv"
    file.write_text("text,label\ngood,positive\nbad,positive\n", encoding="utf-8")
    return file


def test_behaviour_runs_the_suite_that_comes_along(evaluate: Evaluate) -> None:
    result = evaluate("--behaviour")

    assert result.exit_code == 0
    assert "cases failed" in result.stdout
    assert "double negation" in result.stdout


def test_behaviour_prints_failures_by_capability_and_kind(evaluate: Evaluate, suite: Path) -> None:
    result = evaluate("--behaviour-suite", suite)

    assert result.exit_code == 0
    assert "2 of 10 cases failed (20.0%)" in result.stdout
    [row] = [line for line in result.stdout.splitlines() if "weather" in line]
    assert [cell.strip() for cell in row.split("│")[1:-1]] == [
        "weather", "10", "20.0%", "1/6", "0/2", "1/2",
    ]  # fmt: skip


def test_behaviour_writes_json_beside_the_files(
    evaluate: Evaluate, suite: Path, labelled: Path
) -> None:
    result = evaluate(labelled, "--behaviour", "--behaviour-suite", suite, "--json")

    figures = json.loads(result.stdout)
    assert figures["files"][0]["metrics"]["accuracy"] == 0.5
    [weather] = figures["behaviour"]["capabilities"]
    assert (weather["name"], weather["failure_rate"]) == ("weather", 0.2)
    assert weather["kinds"]["direction"] == {"cases": 2, "failures": 1, "failure_rate": 0.5}
    assert weather["failed"][1] == {
        "kind": "direction",
        "test": "good added",
        "text": "the blue sky",
        "base": "the sky",
        "expected": "positive rises by 0.20",
        "found": "0.00 -> 0.00",
    }


def test_behaviour_is_run_only_if_asked_for(evaluate: Evaluate, labelled: Path) -> None:
    result = evaluate(labelled, "--json")

    assert "behaviour" not in json.loads(result.stdout)


@pytest.mark.parametrize(("rate", "exit_code"), [("0.2", 0), ("0.19", 1)])
def test_behaviour_past_the_failure_rate_ends_with_1(
    evaluate: Evaluate, suite: Path, rate: str, exit_code: int
) -> None:
    result = evaluate("--behaviour-suite", suite, "--max-failure-rate", rate)

    assert result.exit_code == exit_code
    assert ("of the cases fail: weather 20.0%" in result.stderr) == bool(exit_code)


def test_behaviour_with_a_mistake_in_the_suite_ends_with_2(
    evaluate: Evaluate, tmp_path: Path
) -> None:
    folder = write_suite(tmp_path / "suite", odd='about = "x"\n[[minimum]]\nname = "n"')

    result = evaluate("--behaviour-suite", folder)

    assert result.exit_code == 2
    assert "odd.toml, minimum[0]: Object missing required field `labels`" in result.stderr


@pytest.mark.parametrize(
    ("arguments", "fault"),
    [
        ([], "Give a FILE, or --behaviour."),
        (["--behaviour-suite", "none"], "does not exist"),
        (["--max-failure-rate", "20"], "not in the range"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_behaviour_that_makes_no_sense_ends_with_2(
    evaluate: Evaluate, arguments: list[str], fault: str
) -> None:
    result = evaluate(*arguments)

    assert result.exit_code == 2
    assert fault in result.stderr
