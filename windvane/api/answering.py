"""Texts to answers: classified, recorded, measured."""

from collections.abc import Callable, Sequence
from time import perf_counter
from typing import Protocol

import msgspec

from windvane.api.request_trace import current_trace
from windvane.inference.manifest import Manifest
from windvane.inference.predictions import Prediction
from windvane.inference.step_times import StepTimes
from windvane.result_log.recorder import Recorded, Recorder


class TextClassifier(Protocol):
    """What the routes need of a classifier."""

    @property
    def manifest(self) -> Manifest:
        """The manifest of its bundle."""
        ...

    def classify(self, texts: Sequence[str], times: StepTimes) -> list[Prediction]:
        """Answer one prediction per text, in order."""
        ...


class Answered(msgspec.Struct, frozen=True, kw_only=True):
    """The texts of one request, answered.

    Attributes:
        manifest: Of the bundle that answered.
        predictions: One per text.
        chars: Characters of each text.
        recorded: Where the results went.
        classify_ms: What the texts took together, from the first to the last.
        encode_ms: Of each text's time, what encoding took.
        run_ms: Of each text's time, what the model took.
        log_ms: What recording took.
    """

    manifest: Manifest
    predictions: Sequence[Prediction]
    chars: Sequence[int]
    recorded: Recorded
    classify_ms: float
    encode_ms: float
    run_ms: float
    log_ms: float


Observe = Callable[[Answered], None]


class Answerer:
    """Answers the texts of a request that has been checked."""

    def __init__(
        self,
        get_classifier: Callable[[], TextClassifier],
        recorder: Recorder | None,
        observe: Observe | None,
    ) -> None:
        """Keep what answers, records and counts.

        Args:
            get_classifier: Returns the classifier, or raises `ModelNotReadyError`.
            recorder: Records the answers.
            observe: Told of every request's answers.
        """
        self._get_classifier = get_classifier
        self._recorder = recorder
        self._observe = observe

    def answer(self, texts: Sequence[str], *, route: str) -> Answered:
        """Classify and record texts.

        Raises:
            ModelNotReadyError: The model is still being loaded.
            ModelRunError: The model could not be run.
        """
        classifier = self._get_classifier()
        started = perf_counter()
        times = StepTimes()
        predictions = classifier.classify(texts, times)
        classified = perf_counter()
        recorded = self._record(texts, predictions, classifier.manifest.model_id, route)
        answered = Answered(
            manifest=classifier.manifest,
            predictions=predictions,
            chars=[len(text) for text in texts],
            recorded=recorded,
            classify_ms=(classified - started) * 1e3,
            encode_ms=times.encode_ms,
            run_ms=times.run_ms,
            log_ms=(perf_counter() - classified) * 1e3,
        )
        if texts:
            self._tell(answered)
        return answered

    def _tell(self, answered: Answered) -> None:
        if trace := current_trace():
            trace.add(answered)
        if self._observe:
            self._observe(answered)

    def _record(
        self, texts: Sequence[str], predictions: Sequence[Prediction], model: str, route: str
    ) -> Recorded:
        if self._recorder is None:
            return Recorded()
        return self._recorder.record(texts, predictions, model=model, route=route)
