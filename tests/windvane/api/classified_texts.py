"""Answers of a model, made by hand."""

from collections.abc import Sequence

from tests.windvane.api.fake_classifier import MANIFEST
from windvane.api.classified_texts import ClassifiedTexts
from windvane.inference.predictions import Prediction
from windvane.result_log.recorder import Recorded


def make_classified(labels: Sequence[str], *, logged: bool = True) -> ClassifiedTexts:
    """Make the answers of a request whose text ``i`` has ``labels[i]`` and ``i + 1`` tokens."""
    predictions = [
        Prediction(label, 0.75, {label: 0.75}, tokens=i, windows=1)
        for i, label in enumerate(labels, 1)
    ]
    return ClassifiedTexts(
        manifest=MANIFEST,
        predictions=predictions,
        chars=[10 * prediction.tokens for prediction in predictions],
        recorded=Recorded([str(i) for i in range(len(labels))], logged=logged),
        classify_ms=12.5,
        encode_ms=0.5,
        run_ms=11.5,
        log_ms=2.5,
    )
