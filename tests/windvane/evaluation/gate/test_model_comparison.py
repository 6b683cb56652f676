"""Champion and challenger side by side, and what the gate decides about them."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.windvane.evaluation.gate.gate_cases import (
    build_gate,
    build_texts,
    write_renamed_bundle,
    write_worse_bundle,
)
from windvane import load_classifier
from windvane.evaluation.errors import GateError
from windvane.evaluation.gate.figures import Figure, Pair
from windvane.evaluation.gate.gate_checks import GateCheck, check_gate
from windvane.evaluation.gate.model_comparison import (
    ModelComparison,
    compare_models,
    plan_comparison,
)
from windvane.inference.classifier import Classifier

SETS = {"files.test.csv": build_texts()}
Models = Pair[Classifier]


@pytest.fixture(scope="module")
def models(tiny_bundle: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Models]:
    worse = write_worse_bundle(tmp_path_factory.mktemp("worse") / "bundle")
    with (
        load_classifier(tiny_bundle, threads=1) as champion,
        load_classifier(worse, threads=1) as challenger,
    ):
        yield Pair(champion, challenger)


def compare(models: Models, folder: Path, content: str) -> tuple[ModelComparison, list[GateCheck]]:
    gate = build_gate(folder, content)
    plan = plan_comparison(gate, SETS, models.champion.labels)
    comparison = compare_models(plan, models)
    return comparison, check_gate(gate, list(comparison.figures()), plan.files())


@pytest.mark.parametrize(
    ("rule", "kept"),
    [
        ("accuracy = { min = 0.33 }", True),
        ("accuracy = { min = 0.34 }", False),
        ("accuracy = { max_drop = 0.67 }", True),
        ("accuracy = { max_drop = 0.66 }", False),
        ("accuracy = { max_ratio = 0.34 }", True),
        ("ece = { max_rise = 0.66 }", False),
        ("ece = { max_rise = 0.67 }", True),
        ("gain_low = { min = -0.01 }", False),
        ('"neutral recall" = { max_drop = 0 }', True),
        ('"positive recall" = { max_drop = 0.99 }', False),
        ("agreement = { min = 0.5 }", False),
    ],
)
def test_check_gate_holds_the_challenger_against_the_rule(
    models: Models, tmp_path: Path, rule: str, kept: bool
) -> None:
    _, [check] = compare(models, tmp_path, f"[every]\n{rule}\n")

    assert check.kept is kept


def test_comparison_names_both_models_figures(models: Models, tmp_path: Path) -> None:
    comparison, _ = compare(models, tmp_path, "[every]\nece = { max = 1 }\n")

    figures = {(each.table, each.metric): each for each in comparison.figures()}

    accuracy = figures["files.test.csv", "accuracy"]
    assert accuracy.champion == 1
    assert accuracy.challenger == pytest.approx(1 / 3)
    assert accuracy.change == pytest.approx(-2 / 3)
    assert figures["size", "bundle_mb"].challenger == figures["size", "bundle_mb"].champion
    assert ("speed", "median_ms") not in figures
    assert comparison.behaviour is None


def test_comparison_measures_what_the_gate_has_a_table_for(models: Models, tmp_path: Path) -> None:
    content = "[every]\nece = { max = 1 }\n[behaviour]\n[bias]\n[speed]\n"

    comparison, _ = compare(models, tmp_path, content)

    figures = {(each.table, each.metric): each for each in comparison.figures()}
    failures = figures["behaviour", "failure_rate"]
    assert failures.champion
    assert failures.challenger
    assert failures.champion != failures.challenger
    assert figures["bias", "flip_rate"].challenger == 0
    speed = figures["speed", "median_ms"]
    assert speed.champion
    assert speed.challenger
    assert speed.champion > 0
    assert speed.challenger > 0


def test_comparison_counts_its_texts_for_the_progress_bar(models: Models, tmp_path: Path) -> None:
    gate = build_gate(tmp_path, "[every]\nece = { max = 1 }\n[behaviour]\n[bias]\n")
    plan = plan_comparison(gate, SETS, models.champion.labels)
    steps: list[int] = []

    compare_models(plan, models, steps.append)

    assert sum(steps) == plan.count_texts()


def test_comparison_refuses_a_challenger_of_other_labels(models: Models, tmp_path: Path) -> None:
    other = write_renamed_bundle(tmp_path / "other", "bad", "neutral", "good")

    with (
        load_classifier(other, threads=1) as challenger,
        pytest.raises(GateError, match=r"other labels \(bad, neutral, good\) than the champion"),
    ):
        compare(Pair(models.champion, challenger), tmp_path, "[every]\nece = { max = 1 }\n")


def test_check_gate_refuses_a_figure_that_is_not_defined(tmp_path: Path) -> None:
    gate = build_gate(tmp_path, '[every]\n"neutral recall" = { min = 0.1 }\n')
    figures = [Figure("files.test.csv", "neutral recall", None, None)]

    with pytest.raises(GateError, match="texts are too few to measure it"):
        check_gate(gate, figures, ["test.csv"])
