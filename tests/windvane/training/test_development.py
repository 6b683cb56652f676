"""Dev files: each is measured, whatever it is called."""

from __future__ import annotations

from pathlib import Path

from tests.windvane.training.labelled_sets import build_set
from windvane.training.base_model import load_base
from windvane.training.development import DevelopmentFiles
from windvane.training.hardware import find_hardware

LABELS = ["negative", "neutral", "positive"]
TEXT = "The phone is on the table."


def test_files_of_one_name_are_measured_apart(tiny_base: Path) -> None:
    base = load_base(str(tiny_base), LABELS, seed=1)
    one_label = [build_set([TEXT], [label], name="dev.csv") for label in LABELS]
    files = DevelopmentFiles(one_label, base.tokenizer, LABELS, max_tokens=32)

    figures = files.measure(base.model, find_hardware())

    assert list(figures) == ["dev.csv", "dev.csv (2)", "dev.csv (3)"]
    assert sum(figures.values()) == 1  # the text has one label in the model's eyes


def test_ignored_labels_are_never_predicted(tiny_base: Path) -> None:
    base = load_base(str(tiny_base), LABELS, seed=1)
    ignored = tuple(label for label in LABELS if label != "positive")
    file = build_set([TEXT], ["positive"], ignored=ignored)
    figures = DevelopmentFiles([file], base.tokenizer, LABELS, max_tokens=32).measure(
        base.model, find_hardware()
    )

    assert figures == {"set.csv": 1}
