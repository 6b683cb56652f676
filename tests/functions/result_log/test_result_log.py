"""What every kind of result log promises, and which one a URI names."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from functions.aws.errors import AwsSetupError
from functions.result_log.dynamodb import DynamoDbResultLog
from functions.result_log.errors import ResultIdError, ResultLogUriError
from functions.result_log.result_log import ResultLog, open_result_log
from tests.functions.result_log.records import make_expired_record, make_record

ODD_TEXT = "grün 😀 \0 \x1b[31m טוב\n"


def test_result_log_reads_back_what_was_written(result_log: ResultLog) -> None:
    record = make_record()

    result_log.write([record])

    assert result_log.read(record.result_id) == record


@pytest.mark.parametrize(
    "fields",
    [
        {"text": ODD_TEXT},
        {"text_sha256": "0" * 64},
        {"feedback_label": "neutral"},
        {"label": "sehr gut 😀", "scores": {"sehr gut 😀": 0.5, "模型": 0.5}},
        {"score": 1e-06, "scores": {"positive": 1e-06, "negative": 1.0, "neutral": 0.0}},
        {"score": 0.333333, "tokens": 0, "chars": 1_000_000},
    ],
    ids=["text", "hash", "feedback", "unicode", "small-numbers", "other-numbers"],
)
def test_result_log_keeps_every_field(result_log: ResultLog, fields: dict[str, object]) -> None:
    record = make_record(**fields)

    result_log.write([record])

    assert result_log.read(record.result_id) == record


def test_result_log_keeps_the_largest_batch(result_log: ResultLog) -> None:
    records = [make_record(chars=chars) for chars in range(100)]

    result_log.write(records)

    assert [result_log.read(record.result_id) for record in records] == records


def test_result_log_keeps_nothing_of_nothing(result_log: ResultLog) -> None:
    result_log.write([])

    assert result_log.read(make_record().result_id) is None


def test_result_log_may_be_written_the_same_again(result_log: ResultLog) -> None:
    records = [make_record() for _ in range(3)]
    result_log.write(records)

    result_log.write(records)

    assert [result_log.read(record.result_id) for record in records] == records


def test_result_log_tells_records_of_one_moment_apart(result_log: ResultLog) -> None:
    record, other = make_record(label="positive"), make_record(label="negative")
    neighbour = make_record(result_id=f"{record.result_id[:-1]}{other.result_id[-1]}")
    result_log.write([record, other])

    assert result_log.read(record.result_id) == record
    assert neighbour.result_id == record.result_id or result_log.read(neighbour.result_id) is None


def test_result_log_answers_nothing_for_an_id_it_does_not_have(result_log: ResultLog) -> None:
    assert result_log.read(make_record().result_id) is None


def test_result_log_answers_nothing_for_what_has_expired(result_log: ResultLog) -> None:
    record = make_expired_record()

    result_log.write([record])

    assert result_log.read(record.result_id) is None


@pytest.mark.parametrize(
    "result_id",
    ["", "one", "019AADD3-5A4F-7C1E-9D02-6B1F0A7C5E48", "019aadd3-5a4f-4c1e-9d02-6b1f0a7c5e48"],
    ids=["empty", "word", "upper-case", "version-4"],
)
def test_result_log_says_what_an_id_is(result_log: ResultLog, result_id: str) -> None:
    with pytest.raises(ResultIdError, match="UUID of version 7"):
        result_log.read(result_id)


def test_result_log_serves_several_threads_at_once(result_log: ResultLog) -> None:
    records = [make_record(chars=chars) for chars in range(8)]

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda record: result_log.write([record]), records))

    assert [result_log.read(record.result_id) for record in records] == records


def test_open_result_log_opens_none_where_results_are_not_recorded() -> None:
    assert open_result_log("none:", {}) is None


def test_open_result_log_opens_a_table() -> None:
    log = open_result_log("dynamodb://results", {"AWS_REGION": "eu-west-1"})

    assert isinstance(log, DynamoDbResultLog)


@pytest.mark.parametrize(
    "uri", ["none", "dynamodb://", "dynamodb:", "dynamodb://a/b", "sqlite3://a", "results", ""]
)
def test_open_result_log_says_which_uris_it_opens(uri: str) -> None:
    with pytest.raises(ResultLogUriError, match="WINDVANE_RESULT_LOG_URI") as caught:
        open_result_log(uri, {"AWS_REGION": "eu-west-1"})

    assert repr(uri) in str(caught.value)


def test_open_result_log_says_that_the_region_is_not_set() -> None:
    with pytest.raises(AwsSetupError, match="AWS_REGION"):
        open_result_log("dynamodb://results", {})
