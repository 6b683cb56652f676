"""The reference profile of a challenger."""

from pathlib import Path

import pytest

from tests.windvane.evaluation.gate.gate_cases import build_texts
from tests.windvane.training.labelled_sets import build_set
from windvane import load_classifier
from windvane.cli.retrain.challenger_profile import profile_challenger


def test_profile_is_that_of_the_dev_texts(tiny_bundle: Path) -> None:
    texts = [f"good {number}" for number in range(60)] + [f"noon {number}" for number in range(40)]
    dev = build_set(texts, ["positive"] * 100, name="dev.csv")

    with load_classifier(tiny_bundle, threads=1) as classifier:
        profile = profile_challenger(classifier, [dev])

    assert profile
    assert profile.texts == 100
    assert profile.labels == {"negative": 0, "neutral": 40, "positive": 60}
    assert [(each.file, each.texts) for each in profile.sources] == [("dev.csv", 100)]


def test_too_few_dev_texts_make_no_profile_and_say_so(
    tiny_bundle: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with load_classifier(tiny_bundle, threads=1) as classifier:
        profile = profile_challenger(classifier, [build_texts()])

    assert profile is None
    assert "`windvane monitor profile` adds one" in capsys.readouterr().err
