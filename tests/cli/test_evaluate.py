"""``windvane evaluate``: figures of a bundle on labelled files."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from cli.main import windvane

Evaluate = Callable[..., Result]

# The tiny bundle finds "good" positive, "bad" negative and anything else neutral.
LABELLED = [
    ("good", "positive"),
    ("good", "positive"),
    ("day", "positive"),
    ("bad", "negative"),
    ("good", "negative"),
    ("day", "neutral"),
]


@pytest.fixture
def evaluate(tiny_bundle: Path) -> Evaluate:
    def run(*arguments: str | Path) -> Result:
        return CliRunner().invoke(windvane, ["evaluate", str(tiny_bundle), *map(str, arguments)])

    return run


def write_csv(path: Path, rows: list[tuple[str, str]]) -> Path:
    lines = ("text,label", *(f"{text},{label}" for text, label in rows))
    path.write_text("\n".join(lines), encoding="utf-8")
    return path


def write_jsonl(path: Path, *rows: dict[str, object]) -> Path:
    path.write_text("\n".join(map(json.dumps, rows)), encoding="utf-8")
    return path


def test_evaluate_writes_the_figures_as_json(evaluate: Evaluate, tmp_path: Path) -> None:
    file = write_csv(tmp_path / "labelled.csv", LABELLED)

    result = evaluate(file, "--json")

    assert result.exit_code == 0
    [figures] = json.loads(result.stdout)["files"]
    assert (figures["file"], figures["rejected"]) == (str(file), 0)
    assert figures["metrics"]["texts"] == 6
    assert figures["metrics"]["accuracy"] == pytest.approx(4 / 6)
    assert figures["metrics"]["macro_recall"] == pytest.approx((1 / 2 + 1 + 2 / 3) / 3)
    assert figures["metrics"]["labels"]["positive"] == {
        "texts": 3,
        "predicted": 3,
        "recall": pytest.approx(2 / 3),
        "precision": pytest.approx(2 / 3),
        "f1": pytest.approx(2 / 3),
    }


def test_evaluate_names_the_bundle_in_its_json(evaluate: Evaluate, tmp_path: Path) -> None:
    result = evaluate(write_csv(tmp_path / "labelled.csv", LABELLED), "--json")

    assert json.loads(result.stdout)["bundle"].keys() == {"name", "version"}


def test_evaluate_prints_a_table_for_each_file(evaluate: Evaluate, tmp_path: Path) -> None:
    first = write_csv(tmp_path / "a.csv", LABELLED)
    second = write_jsonl(tmp_path / "b.jsonl", {"text": "good", "label": "positive"})

    result = evaluate(first, second)

    assert result.exit_code == 0
    assert "accuracy 66.67%" in result.stdout
    assert "accuracy 100.00%" in result.stdout


def test_evaluate_leaves_an_ignored_label_out_of_the_choice(
    evaluate: Evaluate, tmp_path: Path
) -> None:
    file = write_csv(tmp_path / "two.csv", [("good", "positive"), ("bad", "negative")])

    result = evaluate(file, "--ignore", "neutral", "--json")

    [figures] = json.loads(result.stdout)["files"]
    assert figures["metrics"]["labels"].keys() == {"negative", "positive"}
    assert figures["metrics"]["accuracy"] == 1


def test_evaluate_never_chooses_an_ignored_label(evaluate: Evaluate, tmp_path: Path) -> None:
    file = write_csv(tmp_path / "two.csv", [("good", "negative"), ("day", "neutral")])

    result = evaluate(file, "--ignore", "positive", "--json")

    [figures] = json.loads(result.stdout)["files"]
    assert figures["metrics"]["labels"]["neutral"]["predicted"] == 2


def test_evaluate_translates_labels(evaluate: Evaluate, tmp_path: Path) -> None:
    file = write_jsonl(
        tmp_path / "five.jsonl", {"text": "good", "label5": 4}, {"text": "bad", "label5": 0}
    )

    result = evaluate(
        file, "--label-column", "label5", "--label-map", "0=negative, 4=positive", "--json"
    )

    [figures] = json.loads(result.stdout)["files"]
    assert figures["metrics"]["accuracy"] == 1


def test_evaluate_says_what_it_left_out(evaluate: Evaluate, tmp_path: Path) -> None:
    file = write_csv(tmp_path / "labelled.csv", [("good", "positive"), (" ", "positive")])

    result = evaluate(file)

    assert result.exit_code == 1
    assert "line 3: the text breaks a rule: not blank" in result.stderr
    assert "1 row was left out" in result.stderr


@pytest.mark.parametrize(
    ("arguments", "fault"),
    [
        (["five.csv"], 'five.csv, line 2: the label "4" is not one to choose from'),
        (["two.csv", "--ignore", "positive"], 'line 2: the label "positive" is not one'),
        (["two.csv", "--ignore", "mixed"], 'no label "mixed"; it has: negative, neutral, positive'),
        (["two.csv", "--label-map", "0=mixed"], 'no label "mixed"'),
        (["two.csv", "--label-map", "0"], "write it as 0=negative"),
        (["two.csv", "--label-column", "truth"], 'no column "truth"'),
        (["two.csv,map=six"], 'there is no map "six"'),
        (["two.csv,colour=red"], '"colour=red" is none of column='),
        (["blank.csv"], "holds no row that can be used"),
        (["none.csv"], "Cannot open none.csv"),
        (
            ["two.csv", "--ignore", "negative", "--ignore", "neutral", "--ignore", "positive"],
            "Every label of the bundle is ignored",
        ),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_evaluate_that_makes_no_sense_ends_with_2(
    evaluate: Evaluate,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    arguments: list[str],
    fault: str,
) -> None:
    monkeypatch.chdir(tmp_path)
    write_csv(tmp_path / "two.csv", [("good", "positive")])
    write_csv(tmp_path / "five.csv", [("good", "4")])
    write_csv(tmp_path / "blank.csv", [(" ", "positive")])

    result = evaluate(*arguments)

    assert result.exit_code == 2
    assert fault in result.stderr
