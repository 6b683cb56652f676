import pytest

from tests.windvane.api.fake_classifier import (
    MANIFEST,
    BrokenClassifier,
    FakeClassifier,
)
from tests.windvane.result_log.records import FakeResultLog
from windvane.api.answering import Answered, Answerer
from windvane.api.problems import ModelNotReadyError
from windvane.inference.errors import ModelRunError
from windvane.result_log.record import RecordMaker
from windvane.result_log.recorder import Recorded, Recorder

TEXTS = ["one", "three"]


@pytest.fixture
def observed() -> list[Answered]:
    """What the answerer told of."""
    return []


def _answer(
    log: FakeResultLog | None, observed: list[Answered], texts: list[str] = TEXTS
) -> Answered:
    recorder = Recorder(log, RecordMaker("none", 30)) if log else None
    answerer = Answerer(FakeClassifier, recorder, observed.append)
    return answerer.answer(texts, route="/v1/classify")


def test_answerer_classifies_records_and_measures(observed: list[Answered]) -> None:
    log = FakeResultLog()

    answered = _answer(log, observed)

    assert [prediction.label for prediction in answered.predictions] == ["positive", "positive"]
    assert answered.chars == [3, 5]
    assert answered.manifest == MANIFEST
    assert answered.recorded == Recorded(list(log.records))
    assert {record.model for record in log.records.values()} == {MANIFEST.model_id}
    assert {record.route for record in log.records.values()} == {"/v1/classify"}
    assert answered.classify_ms > 0
    assert answered.log_ms > 0
    assert observed == [answered]


def test_answerer_answers_where_the_log_fails(observed: list[Answered]) -> None:
    answered = _answer(FakeResultLog(reason="away"), observed)

    assert len(answered.predictions) == len(answered.recorded.result_ids) == 2
    assert not answered.recorded.logged
    assert observed == [answered]


def test_answerer_answers_where_results_are_not_recorded(observed: list[Answered]) -> None:
    answered = _answer(None, observed)

    assert answered.recorded == Recorded()
    assert observed == [answered]


def test_answerer_counts_nothing_where_every_text_was_refused(observed: list[Answered]) -> None:
    answered = _answer(FakeResultLog(reason="never asked"), observed, [])

    assert answered.predictions == []
    assert observed == []


def test_answerer_tells_of_nothing_that_failed(observed: list[Answered]) -> None:
    def get_no_classifier() -> FakeClassifier:
        raise ModelNotReadyError

    for get_classifier, error in (
        (BrokenClassifier, ModelRunError),
        (get_no_classifier, ModelNotReadyError),
    ):
        with pytest.raises(error):
            Answerer(get_classifier, None, observed.append).answer(TEXTS, route="/sentiment")

    assert observed == []
