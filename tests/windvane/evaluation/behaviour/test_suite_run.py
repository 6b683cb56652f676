"""Running a suite and counting."""

from collections.abc import Sequence
from pathlib import Path

import pytest

from tests.windvane.evaluation.behaviour.suite_folder import WEATHER, write_suite
from windvane import load_classifier
from windvane.evaluation.behaviour.suite import load_suite
from windvane.evaluation.behaviour.suite_run import run_suite
from windvane.evaluation.errors import SuiteError
from windvane.inference.predictions import Prediction

LABELS = ("negative", "neutral", "positive")


def predict_neutral(texts: Sequence[str]) -> list[Prediction]:
    scores = dict(zip(LABELS, (0.1, 0.8, 0.1), strict=True))
    return [Prediction("neutral", 0.8, scores, tokens=1, windows=1) for _ in texts]


def test_run_suite_counts_failures_by_capability_and_kind(
    tiny_bundle: Path, tmp_path: Path
) -> None:
    suite = load_suite(write_suite(tmp_path, weather=WEATHER))
    classifier = load_classifier(tiny_bundle, threads=1)

    figures = run_suite(suite, classifier.classify, classifier.labels)
    classifier.close()

    [weather] = figures.capabilities
    assert [(kind.kind, kind.failures, kind.cases) for kind in weather.kinds] == [
        ("minimum", 1, 6),
        ("invariance", 0, 2),
        ("direction", 1, 2),
    ]
    assert [failed.fault.text for failed in weather.failed] == ["a fine day", "the blue sky"]
    assert (figures.cases, figures.failures, figures.failure_rate) == (10, 2, 0.2)


def test_run_suite_asks_for_each_text_once(tmp_path: Path) -> None:
    asked: list[str] = []

    def classify(texts: Sequence[str]) -> list[Prediction]:
        asked.extend(texts)
        return predict_neutral(texts)

    suite = load_suite(write_suite(tmp_path, first=WEATHER, second=WEATHER))

    run_suite(suite, classify, LABELS)

    assert len(asked) == len(set(asked)) == 14


def test_run_suite_leaves_out_cases_about_labels_that_the_model_has_not(tmp_path: Path) -> None:
    suite = load_suite(write_suite(tmp_path, weather=WEATHER))

    figures = run_suite(suite, predict_neutral, ("negative", "positive"))

    assert figures.left_out == 2
    assert figures.cases == 8


def test_run_suite_refuses_a_model_that_no_case_is_about(tmp_path: Path) -> None:
    content = 'about = "x"\n[[minimum]]\nname = "n"\nlabels = ["positive"]\ntexts = ["a"]'
    suite = load_suite(write_suite(tmp_path, weather=content))

    with pytest.raises(SuiteError, match=r"about the bundle's labels \(spam, ham\)"):
        run_suite(suite, predict_neutral, ("spam", "ham"))


def test_above_names_the_capabilities_past_a_rate(tmp_path: Path) -> None:
    suite = load_suite(write_suite(tmp_path, weather=WEATHER))
    figures = run_suite(suite, predict_neutral, LABELS)

    assert [capability.name for capability in figures.above(0.5)] == ["weather"]
    assert figures.above(figures.failure_rate) == []
