"""Gate files: what they say, and what is refused in one sentence."""

from pathlib import Path

import pytest

from tests.conftest import REPOSITORY
from tests.windvane.evaluation.gate.gate_cases import build_gate, build_texts
from windvane.evaluation.errors import GateError
from windvane.evaluation.gate.gate_file import load_gate, require_frozen
from windvane.evaluation.gate.model_comparison import plan_comparison

LABELS = ("negative", "neutral", "positive")
SETS = {"files.test.csv": build_texts()}


def test_load_gate_reads_every_kind_of_table(tmp_path: Path) -> None:
    gate = build_gate(
        tmp_path,
        '[every]\nece = { max = 0.05 }\n[files."test.csv"]\nsha256 = "ab"\n'
        '"neutral recall" = { min = 0.4, max_drop = 0.1 }\n[speed]\n',
    )

    rules = [(table, metric, rule.limits()) for table, metric, rule in gate.rules(["test.csv"])]

    assert rules == [
        ("files.test.csv", "ece", {"max": 0.05}),
        ("files.test.csv", "neutral recall", {"min": 0.4, "max_drop": 0.1}),
    ]
    assert gate.hashes == {"test.csv": "ab"}
    assert list(gate.tables) == ["speed"]


def test_gate_lets_a_file_replace_what_counts_for_every_one(tmp_path: Path) -> None:
    gate = build_gate(
        tmp_path,
        '[every]\nece = { max = 0.05 }\n[files."test.csv"]\nece = { max = 0.2 }\n',
    )

    assert gate.rules_of("test.csv")["ece"].max == 0.2
    assert gate.rules_of("other.csv")["ece"].max == 0.05


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (
            "[behavior]\nfailure_rate = { max = 0.1 }",
            'no table "behavior"; there are: every, files',
        ),
        ("[every]\nece = { mux = 0.1 }", "every, ece: Object contains unknown field `mux`; limits"),
        ("[every]\nece = 0.1", "every, ece: Expected `object`, got `float`; limits are min, max"),
        ("[every]\nece = { max = nan }", "every, ece: Expected `float` >= -1000000000.0"),
        ("[every]\nece = { max_rise = -1 }", "Expected `float` >= 0.0"),
        ("[every]\nece = {}", "every, ece: it has no limit."),
        ("[every]\ngain_low = { max_drop = 0 }", "it compares with the champion already"),
        ("[files]\n'a.csv' = 1", 'write [files."a.csv"] as a table of rules.'),
        ("[every]\n", "has 0 rules"),
        ("every = 1", "Expected `object`"),
        ("[every", "is not TOML"),
    ],
)
def test_load_gate_says_what_is_wrong(tmp_path: Path, content: str, message: str) -> None:
    with pytest.raises(GateError) as raised:
        build_gate(tmp_path, content)

    assert message in str(raised.value)
    assert "\n" not in str(raised.value)


def test_load_gate_says_that_there_is_no_file(tmp_path: Path) -> None:
    with pytest.raises(GateError, match=r"Cannot open .*none.toml: No such file"):
        load_gate(tmp_path / "none.toml")


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("[every]\nacuracy = { min = 0.9 }", 'no metric "acuracy"; there are: accuracy, macro_rec'),
        ('[every]\n"mixed recall" = { min = 0.9 }', 'no metric "mixed recall"'),
        ('[files."tset.csv"]\nece = { max = 0.1 }', '"tset.csv" is not among those given: test.c'),
        ("[behaviour]\nnegatoin = { max = 0.1 }", 'no metric "negatoin"; there are: failure_rate'),
        ("[bias]\nflips = { max = 0.1 }", 'no metric "flips"; there are: limits_exceeded'),
        ("[size]\nmb = { max = 1 }", 'no metric "mb"; there are: bundle_mb'),
        ("[corrections]\nece = { max = 1 }", "corrections: no texts were given to measure it on"),
    ],
)
def test_plan_refuses_a_metric_that_does_not_exist(
    tmp_path: Path, content: str, message: str
) -> None:
    gate = build_gate(tmp_path, content)

    with pytest.raises(GateError) as raised:
        plan_comparison(gate, SETS, LABELS)

    assert message in str(raised.value)


def test_require_frozen_refuses_a_changed_file(tmp_path: Path) -> None:
    gate = build_gate(tmp_path, '[files."test.csv"]\nsha256 = "ab"\nece = { max = 0.1 }\n')

    require_frozen(gate, {"test.csv": "ab", "other.csv": "cd"})
    with pytest.raises(GateError, match=r"test.csv is not the file that .* names: its sha256 is"):
        require_frozen(gate, {"test.csv": "cd"})


def test_gate_of_the_default_model_can_be_measured() -> None:
    gate = load_gate(REPOSITORY / "models" / "sentiment-minilm" / "gate.toml")

    plan = plan_comparison(gate, {**SETS, "corrections": build_texts()}, LABELS)

    assert plan.suite
    assert plan.bias
    assert plan.timed
