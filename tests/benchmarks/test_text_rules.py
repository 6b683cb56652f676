"""What rules gain and cost is measured on the bundle's own tokenizer."""

import json
from pathlib import Path

import pytest
from tokenizers import Tokenizer, normalizers

from benchmarks.disturbances import DISTURBANCES
from benchmarks.rule_variants import NO_RULE, RULES, VARIANTS, remove_rules
from benchmarks.text_rules import run
from model_export.text_normalization import normalize_tokenizer
from windvane.inference.bundle import load_bundle
from windvane.inference.bundle_files import TOKENIZER_FILE
from windvane.rows.labelled_files import LabelledFile

TEXT = "The service wasn't a good surprise & exactly what I expected of them."


@pytest.mark.parametrize("disturb", DISTURBANCES.values(), ids=DISTURBANCES)
def test_disturbances_change_a_text_the_same_way_each_time(disturb: object) -> None:
    assert callable(disturb)
    assert disturb(TEXT) == disturb(TEXT) != TEXT


@pytest.mark.parametrize(
    "own",
    [
        None,
        normalizers.BertNormalizer(),
        normalizers.Sequence([normalizers.Lowercase(), normalizers.StripAccents()]),
    ],
    ids=["none", "one", "sequence"],
)
def test_remove_rules_restores_the_tokenizer(
    tiny_bundle: Path, own: normalizers.Normalizer | None
) -> None:
    tokenizer = Tokenizer.from_file(str(tiny_bundle / TOKENIZER_FILE))
    if own is not None:
        tokenizer.normalizer = own
    before = json.loads(tokenizer.to_str())
    normalize_tokenizer(tokenizer, RULES)

    assert json.loads(remove_rules(tokenizer.to_str()))["normalizer"] == before["normalizer"]


def test_run_compares_the_rules_on_a_file(tiny_bundle: Path, tmp_path: Path) -> None:
    rows = [("good @bad", "positive"), ("good news", "positive"), ("bad", "negative")]
    file = tmp_path / "own.jsonl"
    lines = [json.dumps({"text": text, "label": label}) for text, label in rows]
    file.write_text("\n".join(lines), encoding="utf-8")

    page = run(load_bundle(tiny_bundle), [LabelledFile(path=str(file))], 3, lambda _: None)

    tables = [
        {row[0]: row[1:] for row in (line[2:-2].split(" | ") for line in table.splitlines())}
        for table in page.split("\n\n")
    ]
    gains, costs, times = tables
    columns = dict(zip(next(iter(gains.values())), gains["full-width letters"], strict=True))
    assert list(columns) == list(VARIANTS)
    assert columns[NO_RULE] == columns["links"] == "100.0%"
    assert columns["compatible characters"] == columns["all"] == "0.0%"
    accuracy, *changes = costs["own.jsonl (3)"]
    by_rule = dict(zip(list(VARIANTS)[1:], changes, strict=True))
    assert accuracy == "66.7%"
    assert by_rule["mentions"] == by_rule["all"] == "+33.33 (1 right, 0 wrong)"
    assert by_rule["links"] == "="
    assert list(times)[2:] == list(VARIANTS)
