from dataclasses import replace
from pathlib import Path

import pytest

from infra.known_texts import ANY_TEXT, KnownTextsError, read_known_texts
from infra.model_bundle import ModelBundle, read_model_bundle
from windvane import load_classifier


@pytest.fixture
def bundle(tiny_bundle: Path) -> ModelBundle:
    return read_model_bundle(tiny_bundle)


def test_known_texts_of_the_shipped_bundle_are_what_it_answers(shipped_bundle: Path) -> None:
    known = read_known_texts(read_model_bundle(shipped_bundle))

    predictions = load_classifier(shipped_bundle).classify([text for text, _ in known])

    assert [prediction.label for prediction in predictions] == [label for _, label in known]
    assert len(known) > 3


def test_bundle_without_known_texts_is_asked_one_whose_label_is_open(
    bundle: ModelBundle, tmp_path: Path
) -> None:
    assert read_known_texts(replace(bundle, folder=tmp_path / "bundle")) == [ANY_TEXT]


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        ('{"text": "a", "label": "joy"}', r"line 1: the label is joy, and the bundle has negative"),
        ('{"text": "a"}', 'is not JSON Lines with "text" and "label" in each line'),
        ("text,label", 'is not JSON Lines with "text" and "label" in each line'),
        ("", "may have 20 texts and 2500 bytes at most"),
        ('{"text": "a", "label": "neutral"}\n' * 21, "may have 20 texts and 2500 bytes at most"),
    ],
)
def test_known_texts_are_refused_in_one_sentence(
    bundle: ModelBundle, tmp_path: Path, content: str, sentence: str
) -> None:
    path = tmp_path / "texts.jsonl"
    path.write_text(content, encoding="utf-8")

    with pytest.raises(KnownTextsError, match=sentence):
        read_known_texts(bundle, path)


def test_known_texts_that_are_named_must_be_there(bundle: ModelBundle, tmp_path: Path) -> None:
    with pytest.raises(KnownTextsError, match="cannot be read"):
        read_known_texts(bundle, tmp_path / "texts.jsonl")
