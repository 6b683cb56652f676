"""All generated texts together, beside the data."""

from __future__ import annotations

import pytest

from tests.windvane.training.labelled_sets import build_easy_set
from windvane.training.augmentation.additions import build_additions
from windvane.training.augmentation.patterns import PATTERN_FILES
from windvane.training.training_texts import TrainingTexts


@pytest.fixture(scope="module")
def additions() -> list[TrainingTexts]:
    return build_additions([build_easy_set()], seed=1)


def test_generated_texts_are_read_at_most_as_often_as_the_data(
    additions: list[TrainingTexts],
) -> None:
    reads = sum(len(each.labelled.texts) * each.labelled.weight for each in additions)

    assert reads == pytest.approx(30)


def test_every_kind_of_generated_text_is_there(additions: list[TrainingTexts]) -> None:
    names = {each.labelled.name for each in additions}

    assert {*PATTERN_FILES, "emoji.toml", "carriers.toml"} <= names
    assert {"easy.csv, with courtesies", "patterns.toml, with courtesies"} <= names


def test_a_pattern_is_read_more_often_than_a_sentence_about_names(
    additions: list[TrainingTexts],
) -> None:
    weights = {each.labelled.name: each.labelled.weight for each in additions}

    assert weights["opinion_patterns.toml"] == pytest.approx(2 * weights["carriers.toml"])
