"""Classifies the texts of a request, records the predictions and measures both."""

from collections.abc import Callable, Sequence
from time import perf_counter
from typing import Protocol

from windvane.api.caller import current_caller
from windvane.api.classified_texts import ClassifiedTexts
from windvane.api.problems import FieldRuleError
from windvane.api.request_trace import current_trace
from windvane.api.response_size import count_texts_that_fit
from windvane.inference.manifest import Manifest
from windvane.inference.predictions import Prediction
from windvane.inference.step_times import StepTimes
from windvane.inference.windows import EncodedText
from windvane.result_log.recorder import Recorded, RecordedRequest, Recorder


class TextClassifier(Protocol):
    """What handlers need of a classifier."""

    @property
    def manifest(self) -> Manifest:
        """The manifest of its bundle."""
        ...

    def classify(self, texts: Sequence[str], times: StepTimes | None = None) -> list[Prediction]:
        """Return one prediction per text, in order."""
        ...

    def find_replaced_parts(self, text: str) -> Sequence[tuple[int, int]]:
        """Find the parts of a text that the model reads as something else."""
        ...

    def encode(self, text: str, times: StepTimes | None = None) -> EncodedText:
        """Encode a text without running the model."""
        ...

    def classify_encoded(
        self, texts: Sequence[EncodedText], times: StepTimes | None = None
    ) -> list[Prediction]:
        """Return one prediction per text, in order."""
        ...


GetClassifier = Callable[[], TextClassifier]
"""Returns the classifier, or raises `ModelNotReadyError`."""

MAX_TOKENS_PER_CHAR = 18
"""Characters that U+FDFA becomes under NFKC, more than any other (Unicode Standard Annex 15)."""

OnClassified = Callable[[ClassifiedTexts], None]
"""Called after each request whose texts were classified."""


class ClassificationService:
    """Classifies texts that have been checked.

    Args:
        get_classifier: Returns the classifier, or raises `ModelNotReadyError`.
        recorder: Records the predictions; None to record nothing.
        on_classified: Called with the texts of each request.
        max_tokens: Most tokens that a request may have.
    """

    def __init__(
        self,
        get_classifier: GetClassifier,
        recorder: Recorder | None,
        on_classified: OnClassified | None,
        *,
        max_tokens: int,
    ) -> None:
        self._get_classifier = get_classifier
        self._recorder = recorder
        self._on_classified = on_classified
        self._max_tokens = max_tokens

    def classify(
        self, texts: Sequence[str], *, route: str, field: str, subject: str | None = None
    ) -> ClassifiedTexts:
        """Classify and record texts.

        Args:
            texts: Texts that meet the rules.
            route: The route's path, for the record.
            field: The request's field that holds the texts.
            subject: Whom the texts are of, for the record.

        Raises:
            FieldRuleError: The texts have too many tokens in all, or their scores would not fit
                into a response.
            ModelNotReadyError: The model is still being loaded.
            ModelRunError: The model could not be run.
        """
        classifier = self._get_classifier()
        started = perf_counter()
        _check_response_size(classifier, texts, field)
        times = StepTimes()
        predictions = self._predict(classifier, texts, field, times)
        classified_at = perf_counter()
        classify_ms = (classified_at - started) * 1e3
        request = RecordedRequest(
            model=classifier.manifest.model_id,
            route=route,
            client=current_caller().client,
            subject=subject,
            text_ms=classify_ms / max(len(texts), 1),
        )
        recorded = self._record(texts, predictions, request)
        classified = ClassifiedTexts(
            manifest=classifier.manifest,
            predictions=predictions,
            chars=[len(text) for text in texts],
            recorded=recorded,
            classify_ms=classify_ms,
            encode_ms=times.encode_ms,
            run_ms=times.run_ms,
            log_ms=(perf_counter() - classified_at) * 1e3,
        )
        if texts:
            self._notify(classified)
        return classified

    def _predict(
        self, classifier: TextClassifier, texts: Sequence[str], field: str, times: StepTimes
    ) -> list[Prediction]:
        """Run the model; texts so long that they may have too many tokens are encoded before.

        Raises:
            FieldRuleError: They have too many.
        """
        if sum(map(len, texts)) * MAX_TOKENS_PER_CHAR <= self._max_tokens:
            return classifier.classify(texts, times)
        encoded: list[EncodedText] = []
        tokens = 0
        for text in texts:
            encoded.append(classifier.encode(text, times))
            tokens += encoded[-1].tokens
            if tokens > self._max_tokens:
                raise FieldRuleError(field, f"at most {self._max_tokens} tokens in all")
        return classifier.classify_encoded(encoded, times)

    def _notify(self, classified: ClassifiedTexts) -> None:
        if trace := current_trace():
            trace.add(classified)
        if self._on_classified:
            self._on_classified(classified)

    def _record(
        self, texts: Sequence[str], predictions: Sequence[Prediction], request: RecordedRequest
    ) -> Recorded:
        if self._recorder is None:
            return Recorded()
        return self._recorder.record(texts, predictions, request)


def _check_response_size(classifier: TextClassifier, texts: Sequence[str], field: str) -> None:
    """Refuse texts whose scores would be larger than a response may be."""
    labels = classifier.manifest.labels
    most = count_texts_that_fit(labels)
    if len(texts) > most:
        raise FieldRuleError(field, f"at most {most} texts for a model of {len(labels)} labels")
