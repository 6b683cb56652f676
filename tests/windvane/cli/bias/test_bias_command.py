"""``windvane bias``: figures, limits and the exit code."""

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from tests.windvane.cli.windvane_process import ROOT
from windvane.cli.main import windvane

Bias = Callable[..., Result]
# The tiny bundle finds "good" positive, "bad" negative and anything else neutral.
TERMS = '[word.one]\nword = ["good", "fine"]\n[word.other]\nword = ["plain", "poor"]\n'
TEMPLATES = '[word]\nheadline = "A {word} day."\nneutral = ["A {word} day.", "So {word}!"]\n'


@pytest.fixture
def bias(tiny_bundle: Path, tmp_path: Path) -> Bias:
    """Ask the tiny bundle for words that it does not find alike."""
    (tmp_path / "terms.toml").write_text(TERMS, encoding="utf-8")
    (tmp_path / "templates.toml").write_text(TEMPLATES, encoding="utf-8")
    lists = ["--terms", tmp_path / "terms.toml", "--templates", tmp_path / "templates.toml"]

    def run(*arguments: str | Path) -> Result:
        return CliRunner().invoke(
            windvane, ["bias", str(tiny_bundle), *map(str, [*lists, *arguments])]
        )

    return run


def write_limits(path: Path, content: str) -> Path:
    path.write_text(content, encoding="utf-8")
    return path


def test_bias_ends_with_one_and_says_which_limit_is_exceeded_by_how_much(bias: Bias) -> None:
    result = bias()

    assert result.exit_code == 1
    assert "word: flip rate 0.2500 is over its limit 0.005 by 0.2450." in result.stdout
    assert '"A {word} day." spreads over 0.999: from 0.000 (fine) to 1.000 (good).' in result.stdout
    assert "fail" in result.stdout


def test_bias_ends_with_zero_where_limits_of_ones_own_hold(bias: Bias, tmp_path: Path) -> None:
    limits = write_limits(tmp_path / "limits.toml", "[word]\nflip_rate = 0.25\n")

    result = bias("--limits", limits)

    assert result.exit_code == 0
    assert "pass" in result.stdout
    assert "over its limit" not in result.stdout


def test_bias_writes_json(bias: Bias) -> None:
    result = bias("--json")

    report = json.loads(result.stdout)
    [figures] = report["dimensions"]
    assert (report["bundle"]["name"], report["exceeded"]) == ("tiny", 2)
    assert [(each["figure"], each["exceeded"]) for each in report["limits"]] == [
        ("mean_difference", True),
        ("flip_rate", True),
    ]
    assert (figures["texts"], figures["flips"]) == (8, 2)
    assert figures["tests"][0]["groups"] == ["one", "other"]
    assert {text["term"] for text in figures["headline_texts"]} == {"good", "fine", "plain", "poor"}


def test_bias_writes_the_report(bias: Bias, tmp_path: Path) -> None:
    result = bias("--report", tmp_path / "bias.html")

    assert result.exit_code == 1
    assert (tmp_path / "bias.html").read_text(encoding="utf-8").startswith("<!doctype html>")


def test_bias_fills_the_lists_that_come_along(tiny_bundle: Path) -> None:
    result = CliRunner().invoke(windvane, ["bias", str(tiny_bundle), "--dimension", "gender"])

    assert result.exit_code == 0  # the tiny bundle knows none of these words
    assert "gender" in result.stdout
    assert "country" not in result.stdout


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--dimension", "shoe"], 'There is no dimension "shoe"; there are: word.'),
        (["--positive", "happy"], 'The bundle has no label "happy"; it has: negative, neutral,'),
        (["--limits", "none.toml"], "Cannot open none.toml: No such file or directory."),
        (["--report", "no-folder/bias.html"], "There is no folder no-folder to write bias.html"),
    ],
)
def test_bias_says_what_is_wrong_in_a_sentence(
    bias: Bias, arguments: list[str], message: str
) -> None:
    result = bias(*arguments)

    assert (result.exit_code, result.stdout) == (2, "")
    assert f"Error: {message}" in result.stderr


@pytest.mark.parametrize("package", ["scipy", "matplotlib", "jinja2"])
def test_bias_without_its_packages(tiny_bundle: Path, tmp_path: Path, package: str) -> None:
    # What Python itself does when a package is not there, for this package alone.
    code = (
        f"import sys; sys.modules[{package!r}] = None; from windvane.cli.main import main; main()"
    )
    report = ["--report", str(tmp_path / "bias.html")]
    command = [sys.executable, "-c", code, "bias", str(tiny_bundle), *report]

    result = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)

    assert (result.returncode, result.stdout) == (2, "")
    assert result.stderr.splitlines()[-1] == (
        f"Error: {package} is not installed; it comes with: make setup-evaluate, or "
        "pip install 'windvane[evaluate]'."
    )
