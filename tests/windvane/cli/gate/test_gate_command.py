"""``windvane gate``: from two bundles to a page and an exit code."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from tests.windvane.evaluation.gate.gate_cases import (
    build_texts,
    write_gate,
    write_renamed_bundle,
    write_worse_bundle,
)
from tests.windvane.inference.bundle_faults import edit_manifest
from windvane.cli.main import windvane
from windvane.inference.bundle_files import sha256_of

Gate = Callable[..., Result]
GENTLE = "[every]\naccuracy = { min = 0.3 }\n[size]\nbundle_mb = { max_ratio = 1 }\n"
STRICT = "[every]\naccuracy = { max_drop = 0.1 }\n"


@pytest.fixture
def run(tiny_bundle: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Gate:
    monkeypatch.chdir(tmp_path)
    labelled = build_texts()
    rows = zip(labelled.texts, labelled.labels, strict=True)
    lines = [f"{text},{label}" for text, label in rows]
    Path("test.csv").write_text("\n".join(["text,label", *lines]), encoding="utf-8")
    write_worse_bundle(tmp_path / "worse")

    def run(content: str, *arguments: str, challenger: str = "worse") -> Result:
        gate = write_gate(tmp_path, content)
        command = ["gate", challenger, "test.csv", "--champion", str(tiny_bundle)]
        return CliRunner().invoke(windvane, [*command, "--gate", str(gate), *arguments])

    return run


def test_gate_ends_with_0_if_every_limit_is_kept(run: Gate) -> None:
    result = run(GENTLE)

    assert result.exit_code == 0, result.output
    assert "The challenger keeps all 2 limits of gate.toml." in result.stdout


def test_gate_ends_with_1_if_a_limit_is_broken(run: Gate) -> None:
    result = run(STRICT)

    assert result.exit_code == 1, result.output
    assert "The challenger breaks 1 of 1 limits of gate.toml." in result.stdout


@pytest.mark.parametrize(("name", "start"), [("page.html", "<!doctype html>"), ("page.md", "# ")])
def test_gate_writes_the_page_that_the_suffix_names(run: Gate, name: str, start: str) -> None:
    result = run(STRICT, "--report", name)

    page = Path(name).read_text(encoding="utf-8")
    assert result.exit_code == 1, result.output
    assert page.startswith(start)
    assert "breaks 1 of 1" in page


def test_gate_writes_json(run: Gate) -> None:
    result = run(STRICT, "--json")

    content = json.loads(result.stdout)
    assert content["kept"] is False
    assert content["limits"][0]["limit"] == "max_drop"
    assert {each["table"] for each in content["figures"]} == {"files.test.csv", "size"}


def test_gate_warns_of_a_file_that_a_model_was_fitted_to(run: Gate, tmp_path: Path) -> None:
    sha256 = sha256_of(Path("test.csv"))
    for role in ("calibration", "evaluation"):
        file = {"role": role, "file": "own.csv", "sha256": sha256, "texts": 6}
        lineage = {"parent": "a", "created_at": "b", "command": "c", "data": [file]}
        edit_manifest(write_worse_bundle(tmp_path / role), lineage=lineage)

    fitted = run(STRICT, "--json", challenger="calibration")
    measured = run(STRICT, "--json", challenger="evaluation")

    [warning] = json.loads(fitted.stdout)["warnings"]
    assert warning.startswith("The challenger was fitted to test.csv (calibration), ")
    assert warning in fitted.stderr
    assert json.loads(measured.stdout)["warnings"] == []
    assert "fitted" not in measured.stderr


def test_gate_measures_corrections_that_it_gets(run: Gate) -> None:
    content = "[corrections]\naccuracy = { min = 0.9 }\n"

    result = run(content, "--corrections", "test.csv")

    assert result.exit_code == 1, result.output
    assert "corrections" in result.stdout


@pytest.mark.parametrize(
    ("content", "arguments", "message"),
    [
        ("[evry]\nece = { max = 1 }", [], 'there is no table "evry"'),
        ("[every]\nacuracy = { max = 1 }", [], 'there is no metric "acuracy"'),
        ("[corrections]\nece = { max = 1 }", [], "no texts were given to measure it on"),
        (GENTLE, ["test.csv"], "test.csv is given twice"),
        (GENTLE, ["none.csv"], "Cannot open none.csv"),
        (GENTLE, ["--report", "test.csv"], "test.csv is given as data and as report"),
        ('[files."test.csv"]\nsha256 = "00"\nece = { max = 1 }', [], "is not the file that"),
    ],
)
def test_gate_that_makes_no_sense_ends_with_2(
    run: Gate, content: str, arguments: list[str], message: str
) -> None:
    result = run(content, *arguments)

    assert result.exit_code == 2
    assert message in result.stderr
    assert result.stderr.count("\n") == 1


def test_gate_refuses_a_challenger_of_other_labels(run: Gate, tmp_path: Path) -> None:
    write_renamed_bundle(tmp_path / "other", "bad", "neutral", "good")

    result = run(GENTLE, challenger="other")

    assert result.exit_code == 2
    assert "The challenger has other labels (bad, neutral, good) than the champion" in result.stderr
