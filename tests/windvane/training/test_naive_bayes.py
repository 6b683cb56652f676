"""Naive Bayes: learns, survives being written, and is refused when it is something else."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from tests.windvane.training.labelled_sets import build_easy_set, build_set
from windvane.training.errors import TrainingError
from windvane.training.naive_bayes import fit_naive_bayes, load_naive_bayes, save_naive_bayes

LABELS = ("negative", "neutral", "positive")


def test_fit_naive_bayes_learns_what_words_tell() -> None:
    fitted = fit_naive_bayes([build_easy_set()], LABELS)

    probabilities = fitted.predict(["I love it, good", "I hate it, bad", "on the table"])

    assert [LABELS[i] for i in probabilities.argmax(axis=1)] == ["positive", "negative", "neutral"]
    assert probabilities.sum(axis=1) == pytest.approx([1, 1, 1])


def test_fit_naive_bayes_never_predicts_a_label_that_no_text_has() -> None:
    texts = build_set(
        ["good day", "good film", "bad day", "bad film"], ["positive"] * 2 + ["negative"] * 2
    )

    fitted = fit_naive_bayes([texts], LABELS)

    assert fitted.predict(["good day", "on the table"])[:, 1].max() == 0


def test_fit_naive_bayes_weighs_the_files() -> None:
    first = build_set(["same word", "same word"], ["positive", "positive"], weight=3)
    second = build_set(["same word", "same word"], ["negative", "negative"])

    [probabilities] = fit_naive_bayes([first, second], LABELS).predict(["same word"])

    assert probabilities[2] > probabilities[0]


def test_load_naive_bayes_gives_back_what_was_saved(tmp_path: Path) -> None:
    fitted = fit_naive_bayes([build_easy_set()], LABELS)
    save_naive_bayes(fitted, tmp_path / "baseline.npz")

    loaded = load_naive_bayes(tmp_path / "baseline.npz")

    texts = ["I love this", "a table", "bad!"]
    assert loaded.labels == LABELS
    np.testing.assert_allclose(loaded.predict(texts), fitted.predict(texts), atol=0.01)


@pytest.mark.parametrize("kind", ["other arrays", "empty", "cut short", "one array"])
def test_load_naive_bayes_refuses_another_file(tmp_path: Path, kind: str) -> None:
    path = tmp_path / "other.npz"
    np.savez(path, numbers=np.arange(3))
    match kind:
        case "empty":
            path.write_bytes(b"")
        case "cut short":
            path.write_bytes(path.read_bytes()[:-30])
        case "one array":
            with path.open("wb") as file:
                np.save(file, np.arange(3))

    with pytest.raises(TrainingError, match=r"other\.npz is no baseline"):
        load_naive_bayes(path)


def test_fit_naive_bayes_needs_words() -> None:
    with pytest.raises(TrainingError, match="no two words alike"):
        fit_naive_bayes([build_set(["one", "two"], ["positive", "negative"])], LABELS)
