"""Sentences with every country and name in them, all with one label."""

from __future__ import annotations

import pytest

from windvane.training.augmentation.carriers import build_carrier_sentences, fill_form
from windvane.training.augmentation.identity_terms import read_identity_terms


def test_build_carrier_sentences_holds_each_country_with_one_label() -> None:
    sentences = build_carrier_sentences()

    label_of = dict(zip(sentences.texts, sentences.labels, strict=True))
    filled = {label_of[f"The map shows {country}."] for country in read_identity_terms()["country"]}
    assert filled == {"neutral"}
    assert not [text for text in sentences.texts if "{" in text]


@pytest.mark.parametrize(
    ("sentence", "form", "term", "filled"),
    [
        ("In {country}.", "country", "Peru", "In Peru."),
        ("{person} left.", "person", "an older man", "An older man left."),
        ("{People} left.", "people", "older men", "Older men left."),
        ("An {adjective} man", "adjective", "young", "A young man"),
        ("a {religion} wedding", "religion", "Orthodox Christian", "an Orthodox Christian wedding"),
        ("{name}", "name", "Ana", "Ana"),
    ],
)
def test_fill_form_writes_it_as_people_do(sentence: str, form: str, term: str, filled: str) -> None:
    assert fill_form(sentence, form, term) == filled
