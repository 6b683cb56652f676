"""Both sides classify each text, and each text's gap is found."""

from dataclasses import asdict

import numpy as np
import pytest
import torch

from model_export.checkpoint import Checkpoint
from model_export.parity import (
    ParityReport,
    TimedComparison,
    build_report,
    find_gaps,
    predict_both,
)
from tests.model_export.exported import Exported, ExportTiny
from tests.model_export.shipped_texts import LONG_TEXT, PARITY_TEXTS, SHORT_TEXTS
from tests.model_export.tiny_checkpoints import LABELS, MAX_TOKENS
from windvane import load_classifier
from windvane.inference.predictions import Prediction, to_probabilities


@pytest.fixture(scope="module")
def exported(export_tiny: ExportTiny) -> Exported:
    return export_tiny("bert", 3, "fp32")


def build_comparison(before: list[float], after: list[float]) -> TimedComparison:
    labels = LABELS[3]
    scores = dict(zip(labels, after, strict=True))
    label = max(labels, key=scores.__getitem__)
    prediction = Prediction(label, scores[label], scores, tokens=3, windows=1)
    return TimedComparison(np.array(before), prediction, before_ms=2.0, after_ms=1.0)


COMPARISONS = [
    build_comparison([0.7, 0.2, 0.1], [0.7, 0.2, 0.1]),
    build_comparison([0.5, 0.4, 0.1], [0.3, 0.6, 0.1]),
    build_comparison([0.1, 0.2, 0.7], [0.1, 0.25, 0.65]),
]


def test_predict_both_gives_the_probabilities_of_the_checkpoint(
    bert: Checkpoint, exported: Exported
) -> None:
    classifier = load_classifier(exported.folder, threads=1)

    comparisons = list(predict_both(bert, classifier, SHORT_TEXTS))

    for text, compared in zip(SHORT_TEXTS, comparisons, strict=True):
        with torch.inference_mode():
            logits = bert.model(**bert.tokenizer(text, return_tensors="pt")).logits[0].numpy()
        np.testing.assert_allclose(compared.probabilities, to_probabilities(logits), atol=1e-6)


def test_predict_both_cuts_a_long_text_into_the_same_windows(
    bert: Checkpoint, exported: Exported
) -> None:
    classifier = load_classifier(exported.folder, threads=1)

    [compared] = predict_both(bert, classifier, [LONG_TEXT])

    scores = list(compared.prediction.scores.values())
    assert compared.prediction.windows > 1
    np.testing.assert_allclose(compared.probabilities, scores, atol=1e-4)
    # The scores would differ if the end of the text were cut off.
    cut = bert.tokenizer(LONG_TEXT, truncation=True, max_length=MAX_TOKENS, return_tensors="pt")
    with torch.inference_mode():
        of_first_window = to_probabilities(bert.model(**cut).logits[0].numpy())
    assert np.abs(of_first_window - scores).max() > 1e-3


def test_find_gaps_compares_each_text(bert: Checkpoint) -> None:
    gaps = find_gaps(bert, ["a", "b", "c"], COMPARISONS)

    assert [(gap.number, gap.text) for gap in gaps] == [(1, "a"), (2, "b"), (3, "c")]
    assert [gap.gap for gap in gaps] == pytest.approx([0, 0.2, 0.05])
    assert (gaps[1].before, gaps[1].after) == ("negative", "neutral")


def test_build_report_sums_up(bert: Checkpoint, exported: Exported) -> None:
    classifier = load_classifier(exported.folder, threads=1)
    gaps = find_gaps(bert, ["a", "b", "c"], COMPARISONS)

    report = build_report(bert, classifier, gaps, COMPARISONS)

    sizes = [(exported.folder / name).stat().st_size for name in ("model.onnx", "model.onnx.data")]
    assert asdict(report) == pytest.approx(
        {
            "texts": 3,
            "agreement": 2 / 3,
            "largest_gap": 0.2,
            "mean_gap": 0.25 / 3,
            "before_bytes": 4 * bert.model.num_parameters(),
            "after_bytes": sum(sizes),
            "before_ms": 2,
            "after_ms": 1,
        }
    )


def test_report_is_rounded_for_the_manifest() -> None:
    report = ParityReport(3, 2 / 3, 0.12345678, 1e-9, 100, 50, 1.23456, 0.5)

    assert report.to_dict() == {
        "texts": 3,
        "agreement": 0.666667,
        "largest_gap": 0.123457,
        "mean_gap": 0.0,
        "before_bytes": 100,
        "after_bytes": 50,
        "before_ms": 1.235,
        "after_ms": 0.5,
    }


def test_predict_both_finds_a_bundle_of_another_checkpoint(
    bert: Checkpoint, export_tiny: ExportTiny
) -> None:
    classifier = load_classifier(export_tiny("electra", 3, "fp32").folder, threads=1)

    gaps = find_gaps(bert, PARITY_TEXTS, list(predict_both(bert, classifier, PARITY_TEXTS)))

    assert max(gap.gap for gap in gaps) > 0.05
