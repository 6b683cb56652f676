"""VADER, as a baseline."""

import numpy as np
import pytest

from windvane.evaluation.vader import Vader, to_probabilities
from windvane.rows.label_maps import SENTIMENTS


@pytest.mark.parametrize(
    ("compound", "label", "of_two"),
    [
        (1.0, "positive", "positive"),
        (0.05, "positive", "positive"),
        (0.0499, "neutral", "positive"),
        (0.0, "neutral", "negative"),
        (-0.0499, "neutral", "negative"),
        (-0.05, "negative", "negative"),
        (-1.0, "negative", "negative"),
    ],
)
def test_to_probabilities_follows_the_documented_thresholds(
    compound: float, label: str, of_two: str
) -> None:
    [scores] = to_probabilities(np.array([compound]))

    assert scores.sum() == pytest.approx(1)
    assert SENTIMENTS[scores.argmax()] == label
    assert ("negative", "positive")[scores[[0, 2]].argmax()] == of_two


def test_vader_reads_words_emoji_and_texts_without_any_it_knows() -> None:
    vader = Vader()

    scores = vader.predict(["I love it :)", "This is horrible.", "The invoice is blue.", ""])

    labels = [vader.labels[i] for i in scores.argmax(axis=1)]
    assert labels == ["positive", "negative", "neutral", "neutral"]
