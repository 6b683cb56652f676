"""The challenger: answers the texts that the champion has answered, and records both answers."""

from collections.abc import Iterator, Sequence
from time import perf_counter
from typing import Protocol

from windvane.inference.errors import ModelRunError
from windvane.inference.manifest import Manifest
from windvane.inference.predictions import Prediction
from windvane.observability import logger
from windvane.shadow.shadow_record import ShadowedText, ShadowRecord, make_shadow_record

TEXTS_AT_ONCE = 25
"""Texts whose records are written together: as many as DynamoDB takes in one call."""


class ShadowLog(Protocol):
    """Keeps the records of challengers."""

    def write(self, records: Sequence[ShadowRecord]) -> None:
        """Store records.

        Raises:
            ResultLogUnavailableError: Not all were stored, or not in time.
        """
        ...


class TextClassifier(Protocol):
    """What a challenger needs of a classifier."""

    @property
    def manifest(self) -> Manifest:
        """The manifest of its bundle."""
        ...

    def classify(self, texts: Sequence[str]) -> list[Prediction]:
        """Return one prediction per text, in order."""
        ...


class Challenger:
    """Answers texts with one bundle."""

    def __init__(self, classifier: TextClassifier, log: ShadowLog) -> None:
        """Store the model, and where its answers are recorded."""
        self._classifier = classifier
        self._log = log

    def answer(self, shadowed: Sequence[ShadowedText]) -> list[ShadowRecord]:
        """Answer texts and record the answers; those that it cannot answer are left out.

        Raises:
            ResultLogUnavailableError: Not all were recorded.
        """
        done: list[ShadowRecord] = []
        for start in range(0, len(shadowed), TEXTS_AT_ONCE):
            records = list(self._answer_each(shadowed[start : start + TEXTS_AT_ONCE]))
            if records:
                self._log.write(records)
            done += records
        return done

    def _answer_each(self, shadowed: Sequence[ShadowedText]) -> Iterator[ShadowRecord]:
        manifest = self._classifier.manifest
        for one in shadowed:
            if one.label not in manifest.labels:
                # A champion that came back by a rollback may have other labels.
                logger.error("shadow not answered", reason="the champion has other labels")
                continue
            started = perf_counter()
            try:
                [prediction] = self._classifier.classify([one.text])
            except ModelRunError as error:
                logger.error("shadow not answered", reason=type(error).__name__)
                continue
            ms = (perf_counter() - started) * 1e3
            yield make_shadow_record(one, prediction, challenger=manifest.model_id, ms=ms)
