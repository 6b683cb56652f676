"""All generated texts together, beside the data."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.windvane.training.labelled_sets import build_easy_set
from windvane.training.augmentation.additions import build_additions
from windvane.training.augmentation.carriers import build_carrier_sentences
from windvane.training.augmentation.patterns import PATTERN_FILES, build_pattern_sentences
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
    reads = {
        each.labelled.name: len(each.labelled.texts) * each.labelled.weight for each in additions
    }
    of_pattern = reads["opinion_patterns.toml"] / len(
        build_pattern_sentences(1, "opinion_patterns.toml").texts
    )
    of_carrier = reads["carriers.toml"] / len(build_carrier_sentences().texts)

    assert of_pattern == pytest.approx(2 * of_carrier)


def test_a_small_data_set_gets_a_few_times_what_an_epoch_reads(
    additions: list[TrainingTexts],
) -> None:
    assert sum(len(each.labelled.texts) for each in additions) < 10 * 30


def test_a_large_data_set_gets_every_generated_text() -> None:
    large = replace(build_easy_set(), weight=100_000.0)

    every = {
        each.labelled.name: len(each.labelled.texts) for each in build_additions([large], seed=1)
    }

    assert every["carriers.toml"] == len(build_carrier_sentences().texts)
