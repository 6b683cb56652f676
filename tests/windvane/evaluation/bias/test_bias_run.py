"""A bundle asked everything."""

from contextlib import closing
from pathlib import Path

import pytest

from windvane import load_classifier
from windvane.evaluation.bias.bias_run import BiasRun, run_bias
from windvane.evaluation.bias.dimensions import Dimension, Template
from windvane.evaluation.errors import BiasError

# The tiny bundle finds "good" positive and "bad" negative: words that would have to be alike.
WORDS = Dimension(
    "word",
    {"one": {"word": ["good", "fine"]}, "other": {"word": ["bad", "poor"]}},
    [Template("A {word} day.", "neutral"), Template("So {word}!", "neutral")],
)


def test_run_bias_measures_what_the_bundle_predicts(tiny_bundle: Path) -> None:
    done: list[int] = []
    with closing(load_classifier(tiny_bundle, threads=1)) as classifier:
        report = run_bias(BiasRun([WORDS], {"word": {"spread": 0.5}}), classifier, done.append)

    [figures] = report.dimensions
    assert (report.name, figures.texts, done) == ("tiny", 8, [4, 8])
    assert figures.spread == pytest.approx(1, abs=1e-3)
    assert figures.flips == 4
    assert {text.label for text in figures.details["So {word}!"] if text.flipped} == {
        "positive",
        "negative",
    }
    assert [check.figure for check in report.exceeded] == ["spread"]


def test_run_bias_lists_the_labels_where_none_is_the_positive_one(tiny_bundle: Path) -> None:
    run = BiasRun([WORDS], {}, positive_label="happy")

    with (
        closing(load_classifier(tiny_bundle, threads=1)) as classifier,
        pytest.raises(BiasError, match='no label "happy"; it has: negative, neutral, positive'),
    ):
        run_bias(run, classifier, lambda _done: None)
