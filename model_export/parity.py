"""Parity check: compares a bundle's probabilities with the checkpoint's, text by text."""

import time
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass

import numpy as np
import torch
from numpy.typing import NDArray

from model_export.checkpoint import Checkpoint
from model_export.errors import CheckpointError
from windvane.inference.classifier import Classifier
from windvane.inference.manifest import Manifest
from windvane.inference.predictions import Prediction, to_probabilities
from windvane.inference.windows import Window, average_logits, overlap_tokens


@dataclass(frozen=True)
class Gap:
    """Difference between the two predictions for one text.

    Attributes:
        number: The text's number in the parity set, from 1.
        text: The text.
        before: Label that the checkpoint predicts.
        after: Label that the bundle predicts.
        gap: Largest difference of a label's probability.
    """

    number: int
    text: str
    before: str
    after: str
    gap: float


@dataclass(frozen=True)
class ParityReport:
    """Summary over all texts; times are medians per text on one thread, from text to label.

    Attributes:
        texts: Number of texts compared.
        agreement: Share of texts with the same label, 0 to 1.
        largest_gap: Largest difference of a probability on any text.
        mean_gap: Mean over the texts of each text's largest difference.
        before_bytes: Size of the float32 weights.
        after_bytes: Size of the bundle's graph and weights.
        before_ms: Median milliseconds per text in torch.
        after_ms: Median milliseconds per text with the bundle.
    """

    texts: int
    agreement: float
    largest_gap: float
    mean_gap: float
    before_bytes: int
    after_bytes: int
    before_ms: float
    after_ms: float

    def to_dict(self) -> dict[str, float]:
        """Return the manifest's entry, rounded to the precision of the measurement."""
        return {
            name: round(value, 6 if "gap" in name or name == "agreement" else 3)
            for name, value in asdict(self).items()
        }


@dataclass(frozen=True)
class TimedComparison:
    """Both predictions for one text: the checkpoint's probabilities and the bundle's prediction."""

    probabilities: NDArray[np.float64]
    prediction: Prediction
    before_ms: float
    after_ms: float


def predict_both(
    checkpoint: Checkpoint, classifier: Classifier, texts: Sequence[str]
) -> Iterator[TimedComparison]:
    """Classify each text with the checkpoint in torch, then with the bundle."""
    torch.set_num_threads(1)
    for text in texts:
        started = time.perf_counter()
        probabilities = _run_torch(checkpoint, text, classifier.manifest)
        between = time.perf_counter()
        [prediction] = classifier.classify([text])
        ended = time.perf_counter()
        yield TimedComparison(
            probabilities, prediction, 1000 * (between - started), 1000 * (ended - between)
        )


def find_gaps(
    checkpoint: Checkpoint, texts: Sequence[str], comparisons: Sequence[TimedComparison]
) -> list[Gap]:
    """Find each text's gap, in the order of the texts."""
    labels = list(checkpoint.id2label.values())
    return [
        Gap(
            number=number,
            text=text,
            before=labels[int(compared.probabilities.argmax())],
            after=compared.prediction.label,
            gap=_largest_difference(compared),
        )
        for number, (text, compared) in enumerate(zip(texts, comparisons, strict=True), start=1)
    ]


def build_report(
    checkpoint: Checkpoint,
    classifier: Classifier,
    gaps: Sequence[Gap],
    comparisons: Sequence[TimedComparison],
) -> ParityReport:
    """Summarize the comparison."""
    records = classifier.manifest.files
    return ParityReport(
        texts=len(gaps),
        agreement=float(np.mean([gap.before == gap.after for gap in gaps])),
        largest_gap=max(gap.gap for gap in gaps),
        mean_gap=float(np.mean([gap.gap for gap in gaps])),
        before_bytes=sum(p.numel() * 4 for p in checkpoint.model.parameters()),
        after_bytes=sum(record.bytes for name, record in records.items() if "model" in name),
        before_ms=float(np.median([each.before_ms for each in comparisons])),
        after_ms=float(np.median([each.after_ms for each in comparisons])),
    )


def _largest_difference(compared: TimedComparison) -> float:
    scores = list(compared.prediction.scores.values())
    return float(np.abs(compared.probabilities - scores).max())


def _run_torch(checkpoint: Checkpoint, text: str, manifest: Manifest) -> NDArray[np.float64]:
    """Classify one text in torch, tokenized by transformers; a long text in the same windows."""
    encoded = checkpoint.tokenizer(
        text,
        truncation=True,
        max_length=manifest.longest_window_tokens,
        stride=overlap_tokens(manifest.longest_window_tokens),
        return_overflowing_tokens=True,
        return_special_tokens_mask=True,
    )
    windows = [
        Window(ids, len(ids) - sum(special))
        for ids, special in zip(encoded["input_ids"], encoded["special_tokens_mask"], strict=True)
    ]
    try:
        with torch.inference_mode():
            logits = [
                checkpoint.model(torch.tensor([window.input_ids])).logits[0].numpy()
                for window in windows
            ]
    except IndexError as error:
        raise CheckpointError(
            f"The tokenizer of {checkpoint.name} gives tokens that its embeddings do not hold."
        ) from error
    return to_probabilities(average_logits(windows, logits), manifest.temperature)
