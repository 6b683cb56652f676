"""Each model family, from a checkpoint with random weights to predictions of its bundle."""

import numpy as np
import pytest
import torch

from model_export.checkpoint import Checkpoint
from tests.model_export.exported import Exported, ExportTiny, LoadTiny
from tests.model_export.shipped_texts import LONG_TEXT, PARITY_TEXTS, SHORT_TEXTS
from tests.model_export.tiny_checkpoints import FAMILIES, LABELS, MAX_TOKENS
from windvane import load_classifier
from windvane.inference.predictions import Prediction, to_probabilities

EXACT = 1e-3
NUM_LABELS = [1, 2, 3, 5]


def classify(exported: Exported, texts: list[str]) -> list[Prediction]:
    classifier = load_classifier(exported.folder, threads=2)
    try:
        return classifier.classify(texts)
    finally:
        classifier.close()


def run_torch(checkpoint: Checkpoint, text: str) -> list[float]:
    encoded = checkpoint.tokenizer(text, return_tensors="pt")
    with torch.inference_mode():
        logits = checkpoint.model(**encoded).logits[0].numpy()
    return [float(probability) for probability in to_probabilities(logits)]


def spread(predictions: list[Prediction]) -> float:
    """Largest distance of a probability from its mean: the gap of a constant model."""
    scores = np.array([list(prediction.scores.values()) for prediction in predictions])
    return float(np.abs(scores - scores.mean(axis=0)).max(axis=1).mean())


@pytest.mark.parametrize("num_labels", NUM_LABELS)
@pytest.mark.parametrize("family", FAMILIES)
def test_family_answers_as_in_torch(
    family: str, num_labels: int, load_tiny: LoadTiny, export_tiny: ExportTiny
) -> None:
    checkpoint = load_tiny(family, num_labels)

    predictions = classify(export_tiny(family, num_labels, "fp32"), SHORT_TEXTS)

    for text, prediction in zip(SHORT_TEXTS, predictions, strict=True):
        assert tuple(prediction.scores) == LABELS[num_labels]
        expected = run_torch(checkpoint, text)
        assert list(prediction.scores.values()) == pytest.approx(expected, abs=EXACT)


@pytest.mark.parametrize("family", FAMILIES)
def test_family_reads_a_long_text_in_windows(family: str, export_tiny: ExportTiny) -> None:
    exported = export_tiny(family, 3, "fp32")

    [prediction] = classify(exported, [LONG_TEXT])

    assert exported.manifest.max_tokens == MAX_TOKENS
    assert prediction.tokens > MAX_TOKENS
    assert prediction.windows > 1


@pytest.mark.parametrize(
    ("scheme", "tolerance"), [("fp32", EXACT), ("fp16", 0.005)], ids=["fp32", "fp16"]
)
@pytest.mark.parametrize("family", FAMILIES)
def test_family_in_floats_keeps_every_answer(
    family: str, scheme: str, tolerance: float, export_tiny: ExportTiny
) -> None:
    report = export_tiny(family, 3, scheme).report

    assert report.texts == len(PARITY_TEXTS)
    assert report.largest_gap < tolerance


@pytest.mark.parametrize("num_labels", [2, 3])
@pytest.mark.parametrize("family", FAMILIES)
def test_family_in_8_bits_stays_near(family: str, num_labels: int, export_tiny: ExportTiny) -> None:
    exported = export_tiny(family, num_labels, "int8")

    between_texts = spread(classify(exported, PARITY_TEXTS))

    assert exported.report.mean_gap < 0.15 * between_texts
    assert exported.report.largest_gap < 0.06


@pytest.mark.parametrize(("scheme", "largest_part"), [("fp16", 0.75), ("int8", 0.6)])
def test_family_shrinks(scheme: str, largest_part: float, export_tiny: ExportTiny) -> None:
    in_full = export_tiny("bert", 3, "fp32").report.after_bytes

    assert export_tiny("bert", 3, scheme).report.after_bytes < largest_part * in_full
