"""Classifiers that need no model."""

from collections.abc import Sequence
from threading import Barrier

from windvane.inference.errors import ModelRunError
from windvane.inference.manifest import Manifest
from windvane.inference.predictions import Prediction
from windvane.inference.replaced_parts import Offsets
from windvane.inference.step_times import StepTimes
from windvane.inference.windows import EncodedText

MANIFEST = Manifest(
    name="fake",
    version="0123456789ab",
    id2label={0: "negative", 1: "positive"},
    max_tokens=8,
    quantization="fp32",
    files={},
)


class FakeClassifier:
    """Finds every text positive."""

    manifest = MANIFEST

    def classify(self, texts: Sequence[str], times: StepTimes | None = None) -> list[Prediction]:
        scores = {"negative": 1 / 3, "positive": 2 / 3}
        return [Prediction("positive", 2 / 3, scores, tokens=3, windows=1) for _ in texts]

    def encode(self, text: str, times: StepTimes | None = None) -> EncodedText:
        return EncodedText([], tokens=len(text.split()) + 2)

    def find_replaced_parts(self, _text: str) -> list[Offsets]:
        return []

    def classify_encoded(
        self, texts: Sequence[EncodedText], times: StepTimes | None = None
    ) -> list[Prediction]:
        return self.classify(["any"] * len(texts), times)


class MeetingClassifier(FakeClassifier):
    """Answers once as many callers are here at once as the barrier waits for."""

    def __init__(self, barrier: Barrier) -> None:
        self._barrier = barrier

    def classify(self, texts: Sequence[str], times: StepTimes | None = None) -> list[Prediction]:
        self._barrier.wait()
        return super().classify(texts, times)


class BrokenClassifier(FakeClassifier):
    """Fails on every text."""

    def classify(self, texts: Sequence[str], times: StepTimes | None = None) -> list[Prediction]:
        raise ModelRunError(f"the model failed on {len(texts)} texts")
