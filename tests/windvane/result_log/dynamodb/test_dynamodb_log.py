"""What is particular to DynamoDB: its keys, its limits, and how it fails."""

import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from itertools import chain

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.moto_server import KEYS, MotoServer
from tests.windvane.aws.fake_aws import (
    Act,
    Exchange,
    FakeAws,
    answer,
    answer_json,
    drip,
    find_closed_port,
    hang,
    hang_up,
    nobody_accepts,
    refuse,
    stop_after,
)
from tests.windvane.result_log.records import make_record, open_dynamodb_log
from windvane.result_log.dynamodb.dynamodb_items import to_item, to_partition, to_record
from windvane.result_log.dynamodb.dynamodb_log import DynamoDbResultLog
from windvane.result_log.dynamodb.dynamodb_table import MAX_ITEMS, THROTTLED
from windvane.result_log.errors import ResultLogUnavailableError
from windvane.result_log.idempotency_records import LEASE_SECONDS, STORED_SECONDS, KeyClaim
from windvane.result_log.query import ResultQuery
from windvane.result_log.result_id import new_result_id
from windvane.result_log.time_limits import WRITE_SECONDS

StartAws = Callable[..., FakeAws]
OpenLog = Callable[..., DynamoDbResultLog]
TABLE = "results"
SHORT = 0.2
SLACK = 0.3
DONE = answer_json({"UnprocessedItems": {}})
SCORES = st.floats(0, 1).map(lambda score: round(score, 6))


@pytest.fixture
def open_log() -> Iterator[OpenLog]:
    """Open logs at an address, until the test ends."""
    with ExitStack() as stack:

        def open_at(url: str, **environ: str) -> DynamoDbResultLog:
            found = {**KEYS, "AWS_REGION": "eu-west-1", "AWS_ENDPOINT_URL": url, **environ}
            return stack.enter_context(open_dynamodb_log(TABLE, found))

        yield open_at


@pytest.fixture
def short_write(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let a write have less time than usual, so that the tests take less."""
    monkeypatch.setattr("windvane.result_log.dynamodb.dynamodb_log.WRITE_SECONDS", SHORT)


def _leave_undone(count: int) -> Act:
    """Keep all but the last records, as DynamoDB does when a partition is hot."""

    def act(exchange: Exchange) -> None:
        requests = exchange.asked.json["RequestItems"][TABLE]
        undone = {TABLE: requests[-count:]} if count else {}
        answer_json({"UnprocessedItems": undone})(exchange)

    return act


def _ids(fake: FakeAws) -> list[list[str]]:
    """Say which records each request brought."""
    return [
        [put["PutRequest"]["Item"]["result_id"]["S"] for put in asked.json["RequestItems"][TABLE]]
        for asked in fake.asked
    ]


def test_log_asks_for_what_the_role_allows_and_no_more(
    start_aws: StartAws, open_log: OpenLog
) -> None:
    record = make_record()
    claim = KeyClaim(key_hash="a", request_hash="b", claimant="c")
    aws = start_aws(answer_json({"Items": [], "Attributes": to_item(record)}))
    log = open_log(aws.url)

    log.write([record])
    log.read(record.result_id)
    log.list(ResultQuery())
    log.delete(record.result_id)
    log.set_feedback(record.result_id, "neutral")
    log.idempotency_records.claim(claim)
    log.idempotency_records.renew(claim)
    log.idempotency_records.store(claim, b"")
    log.idempotency_records.release(claim)

    operations = [asked.headers["x-amz-target"].split(".")[1] for asked in aws.asked]
    assert list(dict.fromkeys(operations)) == [
        "BatchWriteItem",
        "GetItem",
        "Query",
        "DeleteItem",
        "UpdateItem",
        "PutItem",
    ]


def test_log_says_that_it_cannot_change_a_record_where_it_is_refused(
    start_aws: StartAws, open_log: OpenLog
) -> None:
    log = open_log(start_aws(refuse("AccessDeniedException")).url)
    record = make_record()

    with pytest.raises(ResultLogUnavailableError, match="AccessDeniedException"):
        log.delete(record.result_id)
    with pytest.raises(ResultLogUnavailableError, match="AccessDeniedException"):
        log.set_feedback(record.result_id, "neutral")
    with pytest.raises(ResultLogUnavailableError, match="AccessDeniedException"):
        log.list(ResultQuery())


def test_claim_whose_answer_was_lost_is_still_the_claimants(
    moto_server: MotoServer,
) -> None:
    table = moto_server.make_result_table()
    claim = KeyClaim(key_hash="a", request_hash="b", claimant="c")

    with open_dynamodb_log(table, moto_server.environ) as log:
        claimed = [log.idempotency_records.claim(claim) for _ in range(2)]

    assert claimed == [None, None]


def test_first_answers_expire_as_results_do(moto_server: MotoServer) -> None:
    table = moto_server.make_result_table()
    claim = KeyClaim(key_hash="a", request_hash="b", claimant="c")
    now = time.time()

    with open_dynamodb_log(table, moto_server.environ) as log:
        log.idempotency_records.claim(claim)
        [claimed] = moto_server.dynamodb.scan(TableName=table)["Items"]
        log.idempotency_records.store(claim, b"answer")
        [kept] = moto_server.dynamodb.scan(TableName=table)["Items"]

    assert claimed["pk"] == kept["pk"] == {"S": "idempotency#a"}
    assert int(claimed["expires_at"]["N"]) == pytest.approx(now + LEASE_SECONDS, abs=2)
    assert int(kept["expires_at"]["N"]) == pytest.approx(now + STORED_SECONDS, abs=2)
    assert kept["answer"] == {"B": b"answer"}


def test_lease_is_never_shorter_than_said(moto_server: MotoServer) -> None:
    table = moto_server.make_result_table()
    claim = KeyClaim(key_hash="a", request_hash="b", claimant="c")
    times = []

    with open_dynamodb_log(table, moto_server.environ) as log:
        for change in (log.idempotency_records.claim, log.idempotency_records.renew):
            started = time.time()
            change(claim)
            [item] = moto_server.dynamodb.scan(TableName=table)["Items"]
            times.append(int(item["expires_at"]["N"]) - started)

    assert min(times) >= LEASE_SECONDS


@pytest.mark.parametrize("name", ["request_hash", "expires_at", "answer"])
def test_damaged_idempotency_record_is_an_error_or_free(moto_server: MotoServer, name: str) -> None:
    table = moto_server.make_result_table()
    claim = KeyClaim(key_hash="a", request_hash="b", claimant="c")
    other = msgspec.structs.replace(claim, claimant="d")

    with open_dynamodb_log(table, moto_server.environ) as log:
        log.idempotency_records.claim(claim)
        [item] = moto_server.dynamodb.scan(TableName=table)["Items"]
        moto_server.dynamodb.put_item(TableName=table, Item={**item, name: {"BOOL": True}})
        if name == "expires_at":
            assert log.idempotency_records.claim(other) is None
        else:
            with pytest.raises(ResultLogUnavailableError, match="damaged"):
                log.idempotency_records.claim(other)


def test_log_reads_what_was_just_written(start_aws: StartAws, open_log: OpenLog) -> None:
    aws = start_aws(answer())
    record = make_record()

    open_log(aws.url).read(record.result_id)

    assert aws.asked[0].json == {
        "TableName": TABLE,
        "Key": {
            "pk": {"S": f"{record.created_at[:10]}#{record.result_id[-1]}"},
            "result_id": {"S": record.result_id},
        },
        "ConsistentRead": True,
    }


def test_log_writes_the_keys_that_the_table_has(moto_server: MotoServer) -> None:
    table = moto_server.make_result_table()
    record = make_record()

    with open_dynamodb_log(table, moto_server.environ) as log:
        log.write([record])

    [item] = moto_server.dynamodb.scan(TableName=table)["Items"]
    assert item["pk"] == {"S": to_partition(record.result_id)}
    assert item["result_id"] == {"S": record.result_id}
    assert item["expires_at"] == {"N": str(record.expires_at)}


def test_to_partition_spreads_a_day_over_sixteen() -> None:
    partitions = {to_partition(new_result_id(1_763_848_210_255)) for _ in range(1000)}

    assert partitions == {f"2025-11-22#{digit:x}" for digit in range(16)}


@given(score=SCORES, scores=st.dictionaries(st.text(min_size=1), SCORES))
def test_items_keep_every_number(score: float, scores: dict[str, float]) -> None:
    record = make_record(score=score, scores=scores)

    assert to_record(record.result_id, to_item(record)) == record


def test_items_hold_numbers_as_dynamodb_may_rewrite_them() -> None:
    record = make_record(score=1e-06)
    item = to_item(record)

    item["score"] = {"N": "0.000001"}

    assert to_record(record.result_id, item) == record


def test_log_writes_no_more_items_at_once_than_dynamodb_takes(
    start_aws: StartAws, open_log: OpenLog
) -> None:
    aws = start_aws(DONE)
    records = [make_record() for _ in range(2 * MAX_ITEMS + 1)]

    open_log(aws.url).write(records)

    sent = _ids(aws)
    assert [len(ids) for ids in sent] == [MAX_ITEMS, MAX_ITEMS, 1]
    assert [*chain(*sent)] == [record.result_id for record in records]


def test_log_sends_again_only_what_was_left_undone(start_aws: StartAws, open_log: OpenLog) -> None:
    aws = start_aws(_leave_undone(3), _leave_undone(1), DONE)
    records = [make_record() for _ in range(5)]
    ids = [record.result_id for record in records]

    open_log(aws.url).write(records)

    assert _ids(aws) == [ids, ids[2:], ids[4:]]


@pytest.mark.parametrize("code", sorted(THROTTLED))
def test_log_writes_again_where_it_is_throttled(
    start_aws: StartAws, open_log: OpenLog, code: str
) -> None:
    aws = start_aws(refuse(code), refuse(code), DONE)

    open_log(aws.url).write([make_record()])

    assert len(aws.asked) == 3


def test_log_writes_again_where_dynamodb_has_a_fault(
    start_aws: StartAws, open_log: OpenLog
) -> None:
    aws = start_aws(refuse("InternalServerError", 500), answer(b"", 503), DONE)

    open_log(aws.url).write([make_record()])

    assert len(aws.asked) == 3


@pytest.mark.usefixtures("short_write")
@pytest.mark.parametrize(
    "act",
    [refuse("ThrottlingException"), refuse("InternalServerError", 500), _leave_undone(1)],
    ids=["throttled", "fault", "undone"],
)
def test_log_gives_up_writing_within_its_time(
    start_aws: StartAws, open_log: OpenLog, act: Act
) -> None:
    aws = start_aws(act)
    started = time.monotonic()

    with pytest.raises(ResultLogUnavailableError, match="dynamodb"):
        open_log(aws.url).write([make_record() for _ in range(3 * MAX_ITEMS)])

    assert len(aws.asked) > 1
    assert time.monotonic() - started < SHORT + SLACK


@pytest.mark.parametrize(
    "code",
    [
        "AccessDeniedException",
        "ResourceNotFoundException",
        "UnrecognizedClientException",
        "ValidationException",
    ],
)
def test_log_gives_up_at_once_where_it_is_refused(
    start_aws: StartAws, open_log: OpenLog, code: str
) -> None:
    aws = start_aws(refuse(code))
    record = make_record()
    log = open_log(aws.url)

    with pytest.raises(ResultLogUnavailableError, match=f"dynamodb answered 400 {code}"):
        log.write([record])
    with pytest.raises(ResultLogUnavailableError, match=f"dynamodb answered 400 {code}"):
        log.read(record.result_id)

    assert len(aws.asked) == 2


@pytest.mark.usefixtures("short_write")
@pytest.mark.parametrize(
    "act",
    [
        hang,
        stop_after(b'{"UnprocessedItems": {}}', 5),
        drip(b"{}" + b" " * 60),
    ],
    ids=["headers", "body", "drip"],
)
def test_log_keeps_nobody_waiting_where_dynamodb_hangs(
    start_aws: StartAws, open_log: OpenLog, act: Act
) -> None:
    log = open_log(start_aws(act).url)
    started = time.monotonic()

    with pytest.raises(ResultLogUnavailableError):
        log.write([make_record()])

    assert time.monotonic() - started < SHORT + SLACK


@pytest.mark.usefixtures("short_write")
def test_log_keeps_nobody_waiting_where_connecting_hangs(open_log: OpenLog) -> None:
    started = time.monotonic()

    with nobody_accepts() as url, pytest.raises(ResultLogUnavailableError):
        open_log(url).write([make_record()])

    assert time.monotonic() - started < SHORT + SLACK


@pytest.mark.usefixtures("short_write")
def test_log_keeps_nobody_waiting_where_the_credentials_hang(
    start_aws: StartAws, open_log: OpenLog
) -> None:
    lender = start_aws(hang)
    log = open_log(
        start_aws(DONE).url,
        AWS_ACCESS_KEY_ID="",
        AWS_CONTAINER_CREDENTIALS_FULL_URI=f"{lender.url}/credentials",
        AWS_CONTAINER_AUTHORIZATION_TOKEN="let-me-in",  # noqa: S106 - of the test
    )
    started = time.monotonic()

    with pytest.raises(ResultLogUnavailableError):
        log.write([make_record()])

    assert time.monotonic() - started < SHORT + SLACK
    assert lender.asked


@pytest.mark.usefixtures("short_write")
def test_log_waits_longer_for_what_is_asked_for(start_aws: StartAws, open_log: OpenLog) -> None:
    slow = stop_after(b"{}", 2, pause=2 * SHORT)

    assert open_log(start_aws(slow).url).read(make_record().result_id) is None


def test_log_lets_an_answer_wait_half_a_second_at_most() -> None:
    assert WRITE_SECONDS <= 0.5


@pytest.mark.parametrize(
    "act",
    [hang_up, answer(b"no JSON"), answer(b"[]")],
    ids=["hang-up", "text", "list"],
)
def test_log_says_that_dynamodb_broke_off(start_aws: StartAws, open_log: OpenLog, act: Act) -> None:
    with pytest.raises(ResultLogUnavailableError, match="dynamodb"):
        open_log(start_aws(act).url).write([make_record()])


def test_log_says_that_nobody_listens(open_log: OpenLog) -> None:
    with pytest.raises(ResultLogUnavailableError, match="dynamodb sent no response"):
        open_log(find_closed_port()).write([make_record()])


def test_log_turns_a_token_that_is_no_header_into_its_own_error(open_log: OpenLog) -> None:
    log = open_log(find_closed_port(), AWS_SESSION_TOKEN="token\n")  # noqa: S106 - no real one

    with pytest.raises(ResultLogUnavailableError):
        log.write([make_record()])


def test_log_says_which_table_is_missing(moto_server: MotoServer) -> None:
    with (
        open_dynamodb_log("no-such-table", moto_server.environ) as log,
        pytest.raises(ResultLogUnavailableError, match="ResourceNotFoundException"),
    ):
        log.write([make_record()])


@pytest.mark.parametrize(
    "response",
    [
        {},
        {"Items": {}},
        {"Items": None},
        {"Items": [], "LastEvaluatedKey": []},
        {"Items": [], "LastEvaluatedKey": {"pk": {"S": "x"}}},
        {"Items": [], "LastEvaluatedKey": {"result_id": {"S": 1}}},
        {"Items": [], "LastEvaluatedKey": {"result_id": {"S": "xyzzy"}}},
    ],
)
def test_list_turns_a_response_without_its_members_into_its_own_error(
    start_aws: StartAws, open_log: OpenLog, response: object
) -> None:
    log = open_log(start_aws(answer_json(response)).url)

    with pytest.raises(ResultLogUnavailableError, match="without valid"):
        log.list(ResultQuery())


@pytest.mark.parametrize("response", [{}, {"Attributes": []}, {"Attributes": None}])
def test_feedback_turns_a_response_without_its_record_into_the_logs_error(
    start_aws: StartAws, open_log: OpenLog, response: object
) -> None:
    log = open_log(start_aws(answer_json(response)).url)

    with pytest.raises(ResultLogUnavailableError, match="without valid Attributes"):
        log.set_feedback(make_record().result_id, "positive")


def test_calls_turn_members_of_another_type_into_the_logs_error(
    start_aws: StartAws, open_log: OpenLog
) -> None:
    log = open_log(
        start_aws(answer_json({"Item": [1], "Attributes": "x", "UnprocessedItems": 2})).url
    )

    for call in (log.read, log.delete):
        with pytest.raises(ResultLogUnavailableError, match="without valid"):
            call(make_record().result_id)
    with pytest.raises(ResultLogUnavailableError, match="without valid"):
        log.write([make_record()])
