import json
from collections.abc import Callable
from typing import Any

import pytest

from tests.windvane.result_log.records import PREDICTION, FakeResultLog
from windvane.aws.errors import AwsSetupError
from windvane.result_log.dynamodb.dynamodb_log import DynamoDbResultLog
from windvane.result_log.errors import ResultLogUriError
from windvane.result_log.record import RecordMaker
from windvane.result_log.recorder import (
    NOT_LOGGED,
    Recorded,
    RecordedRequest,
    Recorder,
    open_recorder,
)
from windvane.settings import Settings

TEXTS = ["xyzzy one", "xyzzy two", "xyzzy three"]


def _record(log: FakeResultLog, *, store_text: str = "none") -> Recorded:
    recorder = Recorder(log, RecordMaker(store_text=store_text, retention_days=30))
    predictions = [PREDICTION] * len(TEXTS)
    return recorder.record(
        TEXTS, predictions, RecordedRequest(model="tiny@0123456789ab", route="/v1/classify")
    )


def test_recorder_keeps_a_record_of_each_text() -> None:
    log = FakeResultLog()

    recorded = _record(log, store_text="full")

    kept = [log.records[result_id] for result_id in recorded.result_ids]
    assert recorded.logged
    assert [record.text for record in kept] == TEXTS
    assert {record.route for record in kept} == {"/v1/classify"}


def test_recorder_keeps_nothing_of_no_texts() -> None:
    log = FakeResultLog(reason="never asked")
    recorder = Recorder(log, RecordMaker(store_text="none", retention_days=30))

    assert (
        recorder.record([], [], RecordedRequest(model="tiny@0", route="/v1/classify")) == Recorded()
    )


def test_recorder_gives_ids_where_the_log_fails(
    log_lines: Callable[[], list[dict[str, Any]]],
) -> None:
    recorded = _record(FakeResultLog(reason="dynamodb is away"))

    assert not recorded.logged
    assert len(set(recorded.result_ids)) == len(TEXTS)
    assert [line["record"]["result_id"] for line in log_lines()] == recorded.result_ids


def test_recorder_writes_one_line_a_record_that_can_be_replayed(
    log_lines: Callable[[], list[dict[str, Any]]],
) -> None:
    _record(FakeResultLog(reason="dynamodb is away"), store_text="hash")

    lines = log_lines()
    expected = RecordMaker(store_text="hash", retention_days=30).make(
        TEXTS[0], PREDICTION, model="tiny@0123456789ab", route="/v1/classify"
    )
    assert [line["message"] for line in lines] == [NOT_LOGGED] * len(TEXTS)
    assert {line["level"] for line in lines} == {"ERROR"}
    assert {line["reason"] for line in lines} == {"dynamodb is away"}
    assert lines[0]["record"]["text_sha256"] == expected.text_sha256
    assert lines[0]["record"]["scores"] == expected.scores
    assert lines[0]["record"]["expires_at"] >= expected.expires_at - 1


@pytest.mark.parametrize("store_text", ["none", "hash", "full"])
def test_recorder_never_writes_a_text_into_a_line(
    log_lines: Callable[[], list[dict[str, Any]]], store_text: str
) -> None:
    _record(FakeResultLog(reason="dynamodb is away"), store_text=store_text)

    lines = log_lines()
    assert len(lines) == len(TEXTS)
    assert "xyzzy" not in json.dumps(lines)


def test_open_recorder_opens_none_where_results_are_not_recorded() -> None:
    assert open_recorder(Settings(bundle_uri="", threads=1), {}) is None


def test_open_recorder_opens_the_log_of_the_settings() -> None:
    settings = Settings(bundle_uri="", threads=1, result_log_uri="dynamodb://results")

    recorder = open_recorder(settings, {"AWS_REGION": "eu-west-1"})

    assert recorder is not None
    assert isinstance(recorder.result_log, DynamoDbResultLog)


@pytest.mark.parametrize(
    ("uri", "environ", "error"),
    [("redis://a", {"AWS_REGION": "a"}, ResultLogUriError), ("dynamodb://a", {}, AwsSetupError)],
    ids=["uri", "region"],
)
def test_open_recorder_does_not_start_on_a_bad_setting(
    uri: str, environ: dict[str, str], error: type[Exception]
) -> None:
    with pytest.raises(error):
        open_recorder(Settings(bundle_uri="", threads=1, result_log_uri=uri), environ)
