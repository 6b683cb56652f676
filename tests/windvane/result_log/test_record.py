import hashlib
import time

import msgspec
import pytest

from tests.windvane.result_log.records import PREDICTION
from windvane.inference.predictions import Prediction
from windvane.result_log.record import SECONDS_A_DAY, RecordMaker, ResultRecord
from windvane.result_log.result_id import read_created_ms, to_timestamp

TEXT = "I løve it 😀"


def _make(store_text: str = "none", prediction: Prediction = PREDICTION) -> ResultRecord:
    maker = RecordMaker(store_text=store_text, retention_days=7)
    return maker.make(TEXT, prediction, model="tiny@0123456789ab", route="/v1/classify")


def test_record_says_what_was_answered() -> None:
    record = _make()

    assert (record.label, record.score, record.scores) == ("positive", 0.98, PREDICTION.scores)
    assert (record.tokens, record.chars) == (5, len(TEXT))
    assert (record.model, record.route) == ("tiny@0123456789ab", "/v1/classify")


def test_record_is_of_the_moment_it_was_made() -> None:
    before = time.time_ns() // 1_000_000

    record = _make()

    created_ms = read_created_ms(record.result_id)
    assert before <= created_ms <= time.time_ns() // 1_000_000
    assert record.created_at == to_timestamp(created_ms)
    assert record.expires_at == created_ms // 1000 + 7 * SECONDS_A_DAY


def test_record_rounds_scores_as_answers_do() -> None:
    scores = {"negative": 1 / 3, "positive": 2 / 3}

    record = _make(prediction=Prediction("positive", 2 / 3, scores, tokens=3, windows=1))

    assert (record.score, record.scores) == (0.666667, {"negative": 0.333333, "positive": 0.666667})


@pytest.mark.parametrize(
    ("store_text", "text", "text_sha256"),
    [
        ("none", None, None),
        ("hash", None, hashlib.sha256(TEXT.encode()).hexdigest()),
        ("full", TEXT, None),
    ],
)
def test_record_keeps_of_the_text_what_the_setting_says(
    store_text: str, text: str | None, text_sha256: str | None
) -> None:
    record = _make(store_text)

    assert (record.text, record.text_sha256) == (text, text_sha256)


def test_record_leaves_out_what_is_not_kept() -> None:
    written = msgspec.to_builtins(_make())

    assert not {"text", "text_sha256", "feedback_label"} & set(written)
