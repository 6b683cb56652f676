"""Samples of a file, calibrated to and measured on the rest."""

from dataclasses import replace

import numpy as np

from benchmarks.own_rows import Sample, build_table, draw_samples, take_rows
from tests.windvane.calibration.test_cross_validation import build_many
from windvane.evaluation.markdown_table import to_markdown
from windvane.evaluation.predicted_set import PredictedSet

LABELS = ("negative", "neutral", "positive")


def build_file() -> PredictedSet:
    """Predictions that miss positive texts, each text another one."""
    predicted = build_many(1.0)
    texts = [f"text {i}" for i in range(len(predicted.truths))]
    return replace(predicted, labelled=replace(predicted.labelled, texts=texts))


def test_take_rows_keeps_texts_and_logits_together() -> None:
    predicted = build_file()

    taken = take_rows(predicted, np.array([7, 3]))

    assert taken.labelled.texts == ["text 7", "text 3"]
    assert taken.logits.tolist() == predicted.logits[[7, 3]].tolist()
    assert taken.truths.tolist() == predicted.truths[[7, 3]].tolist()


def test_draw_samples_improves_what_was_not_drawn() -> None:
    samples = list(draw_samples(build_file(), LABELS, 60, 3))

    assert len(samples) == 3
    assert any(sample.is_written for sample in samples)
    assert np.mean([sample.differences["macro_f1"] for sample in samples]) > 0
    assert samples == list(draw_samples(build_file(), LABELS, 60, 3))


def test_draw_samples_needs_texts_to_measure() -> None:
    assert list(draw_samples(build_file(), LABELS, 100, 3)) == []


def test_build_table_tells_all_samples_from_written_ones() -> None:
    gain = {"accuracy": 0.02, "macro_recall": 0.01, "macro_f1": 0.03, "ece": -0.01}
    loss = {"accuracy": -0.02, "macro_recall": 0.01, "macro_f1": -0.05, "ece": 0.03}
    table = build_table({50: [Sample(True, gain), Sample(False, loss)]})

    lines = to_markdown(table).splitlines()

    assert lines[2:] == [
        "| 50 | all | 100 | +0.0 | +1.0 | -1.0 | +0.010 | 50 |",
        "| 50 | written | 50 | +2.0 | +1.0 | +3.0 | -0.010 | 0 |",
    ]
