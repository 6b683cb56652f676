import pytest

from tests.windvane.api.fake_classifier import (
    MANIFEST,
    BrokenClassifier,
    FakeClassifier,
)
from tests.windvane.result_log.records import FakeResultLog
from windvane.api.classification_service import ClassificationService
from windvane.api.classified_texts import ClassifiedTexts
from windvane.api.problems import FieldError, FieldRuleError, ModelNotReadyError
from windvane.inference.errors import ModelRunError
from windvane.result_log.record import RecordMaker
from windvane.result_log.recorder import Recorded, Recorder

TEXTS = ["one", "three"]


@pytest.fixture
def observed() -> list[ClassifiedTexts]:
    """The texts that the service notified of."""
    return []


def _classify(
    log: FakeResultLog | None, observed: list[ClassifiedTexts], texts: list[str] = TEXTS
) -> ClassifiedTexts:
    recorder = Recorder(log, RecordMaker("none", 30)) if log else None
    service = ClassificationService(FakeClassifier, recorder, observed.append, max_tokens=9)
    return service.classify(texts, route="/v1/classify", field="texts")


def test_service_classifies_records_and_measures(observed: list[ClassifiedTexts]) -> None:
    log = FakeResultLog()

    classified = _classify(log, observed)

    assert [prediction.label for prediction in classified.predictions] == ["positive", "positive"]
    assert classified.chars == [3, 5]
    assert classified.manifest == MANIFEST
    assert classified.recorded == Recorded(list(log.records))
    assert {record.model for record in log.records.values()} == {MANIFEST.model_id}
    assert {record.route for record in log.records.values()} == {"/v1/classify"}
    assert classified.classify_ms > 0
    assert classified.log_ms > 0
    assert observed == [classified]


def test_service_classifies_where_the_log_fails(observed: list[ClassifiedTexts]) -> None:
    classified = _classify(FakeResultLog(reason="away"), observed)

    assert len(classified.predictions) == len(classified.recorded.result_ids) == 2
    assert not classified.recorded.logged
    assert observed == [classified]


def test_service_classifies_where_results_are_not_recorded(observed: list[ClassifiedTexts]) -> None:
    classified = _classify(None, observed)

    assert classified.recorded == Recorded()
    assert observed == [classified]


def test_service_notifies_of_nothing_where_every_text_was_refused(
    observed: list[ClassifiedTexts],
) -> None:
    classified = _classify(FakeResultLog(reason="never asked"), observed, [])

    assert classified.predictions == []
    assert observed == []


def test_service_notifies_of_nothing_that_failed(observed: list[ClassifiedTexts]) -> None:
    def get_no_classifier() -> FakeClassifier:
        raise ModelNotReadyError

    for get_classifier, error in (
        (BrokenClassifier, ModelRunError),
        (get_no_classifier, ModelNotReadyError),
    ):
        with pytest.raises(error):
            ClassificationService(get_classifier, None, observed.append, max_tokens=9).classify(
                TEXTS, route="/sentiment", field="text"
            )

    assert observed == []


def test_service_refuses_too_many_tokens_before_the_model_runs() -> None:
    service = ClassificationService(BrokenClassifier, None, None, max_tokens=9)

    with pytest.raises(FieldRuleError) as caught:
        service.classify(["one two three", "four five six"], route="/v1/classify", field="texts")

    assert caught.value.error == FieldError("texts", "at most 9 tokens in all")
