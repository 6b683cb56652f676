"""The model that comes along, on real text."""

import random
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.windvane.inference.varied_texts import TEXTS, WINDOWED
from windvane import load_classifier
from windvane.inference.classifier import Classifier
from windvane.inference.predictions import Prediction


@pytest.fixture(scope="module")
def classifier(shipped_bundle: Path) -> Iterator[Classifier]:
    classifier = load_classifier(shipped_bundle, threads=1)
    yield classifier
    classifier.close()


@pytest.fixture(scope="module")
def alone(classifier: Classifier) -> dict[str, Prediction]:
    """What each text is answered when nothing else is asked."""
    return {text: classifier.classify([text])[0] for text in TEXTS}


@pytest.mark.parametrize("threads", [1, 2, 4])
def test_classify_answers_a_text_the_same_in_any_company(
    shipped_bundle: Path, alone: dict[str, Prediction], threads: int
) -> None:
    company = random.Random(threads).sample(TEXTS, len(TEXTS))  # noqa: S311 - no secret
    classifier = load_classifier(shipped_bundle, threads=threads)

    predictions = classifier.classify(company)
    classifier.close()

    # Equal to the last bit, since texts share nothing; within 1e-3 is what is promised.
    assert predictions == [alone[text] for text in company]


def test_classify_answers_a_short_text_the_same_beside_long_ones(
    classifier: Classifier, alone: dict[str, Prediction]
) -> None:
    short = "Not bad at all, honestly."

    predictions = classifier.classify([WINDOWED, short, WINDOWED, short])

    assert predictions == [alone[text] for text in (WINDOWED, short, WINDOWED, short)]


def test_classify_gives_scores_that_are_probabilities(alone: dict[str, Prediction]) -> None:
    for prediction in alone.values():
        assert sum(prediction.scores.values()) == pytest.approx(1)
        assert prediction.score == max(prediction.scores.values())
        assert prediction.scores[prediction.label] == prediction.score


def test_classify_reads_a_text_over_the_limit_in_windows(
    classifier: Classifier, alone: dict[str, Prediction]
) -> None:
    prediction = alone[WINDOWED]

    assert prediction.tokens > classifier.manifest.longest_window_tokens
    assert prediction.windows > 1


@pytest.mark.parametrize(
    ("text", "label"),
    [
        ("I am so glad, what a wonderful day!", "positive"),
        ("We loved every minute of it.", "positive"),
        ("This is the saddest news I have ever heard.", "negative"),
        ("The food was horrible and the staff were rude.", "negative"),
        ("The meeting is on Tuesday at noon.", "neutral"),
    ],
)
def test_classify_knows_glad_from_sad(classifier: Classifier, text: str, label: str) -> None:
    [prediction] = classifier.classify([text])

    assert prediction.label == label
