"""What is particular to lists of a table: partitions side by side, and the time that they take."""

import time
from collections.abc import Callable, Sequence
from typing import Any

import pytest

from tests.moto_server import KEYS
from tests.windvane.aws.fake_aws import Act, Exchange, FakeAws, answer_json, hang, refuse
from tests.windvane.result_log.records import make_record, make_record_at, open_dynamodb_log
from windvane.result_log.dynamodb.dynamodb_items import to_item, to_key
from windvane.result_log.errors import ResultLogUnavailableError
from windvane.result_log.query import ResultQuery
from windvane.result_log.record import SECONDS_A_DAY, ResultRecord
from windvane.result_log.result_id import first_result_id, read_created_ms

StartAws = Callable[..., FakeAws]
MS_A_DAY = SECONDS_A_DAY * 1000
PARTITIONS = 16
SHORT = 0.3
SLACK = 0.5
NOTHING = answer_json({"Items": []})


@pytest.fixture
def short_reads(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let a list have less time than usual, so that the tests take less."""
    monkeypatch.setattr("windvane.result_log.dynamodb.dynamodb_listing.READ_SECONDS", SHORT)


def _environ(aws: FakeAws) -> dict[str, str]:
    return {**KEYS, "AWS_REGION": "eu-west-1", "AWS_ENDPOINT_URL": aws.url}


def _read_range(exchange: Exchange) -> tuple[str, str, str]:
    values = exchange.asked.json["ExpressionAttributeValues"]
    return values[":pk"]["S"], values[":first"]["S"], values[":last"]["S"]


def _keep_only(records: Sequence[ResultRecord], *, at_once: int) -> Act:
    """Answer as a table of these records does, so many items at once."""

    def act(exchange: Exchange) -> None:
        partition, first, last = _read_range(exchange)
        found = sorted(
            (record for record in records if to_key(record.result_id)["pk"] == {"S": partition}),
            key=lambda record: record.result_id,
            reverse=True,
        )
        found = [record for record in found if first <= record.result_id <= last]
        answered: dict[str, Any] = {"Items": [to_item(record) for record in found[:at_once]]}
        if len(found) >= at_once:
            answered["LastEvaluatedKey"] = to_key(found[at_once - 1].result_id)
        answer_json(answered)(exchange)

    return act


def _hang_before(created_ms: int, act: Act) -> Act:
    """Do an act for newer days, and nothing for those that end before a moment."""

    def choose(exchange: Exchange) -> None:
        _, _, last = _read_range(exchange)
        (hang if last < first_result_id(created_ms) else act)(exchange)

    return choose


def _now_ms() -> int:
    return time.time_ns() // 1_000_000


@pytest.mark.parametrize("at_once", [1, 2, 5])
def test_list_is_in_order_however_few_items_come_at_once(start_aws: StartAws, at_once: int) -> None:
    now_ms = _now_ms()
    records = [make_record_at(now_ms - number) for number in range(50)]
    aws = start_aws(_keep_only(records, at_once=at_once))

    with open_dynamodb_log("results", _environ(aws), retention_days=1) as log:
        first = log.list(ResultQuery(limit=20))
        rest = log.list(ResultQuery(limit=200, cursor=first.cursor))

    newest_first = sorted(records, key=lambda record: record.result_id, reverse=True)
    assert [*first.results, *rest.results] == newest_first
    assert rest.cursor is None


def test_list_asks_each_partition_of_each_day_of_the_retention_once(start_aws: StartAws) -> None:
    aws = start_aws(NOTHING)

    with open_dynamodb_log("results", _environ(aws), retention_days=3) as log:
        page = log.list(ResultQuery())

    asked = [asked.json["ExpressionAttributeValues"][":pk"]["S"] for asked in aws.asked]
    assert page.cursor is None
    assert len(asked) == len(set(asked)) == 4 * PARTITIONS
    assert len({asked.client for asked in aws.asked}) <= 8


def test_list_asks_no_further_back_than_it_is_told(start_aws: StartAws) -> None:
    aws = start_aws(NOTHING)
    noon_ms = _now_ms() // MS_A_DAY * MS_A_DAY - MS_A_DAY // 2

    with open_dynamodb_log("results", _environ(aws)) as log:
        log.list(ResultQuery(from_ms=noon_ms, to_ms=noon_ms + 1000))

    days = {a.json["ExpressionAttributeValues"][":pk"]["S"].partition("#")[0] for a in aws.asked}
    assert len(days) == 1
    assert len(aws.asked) == PARTITIONS


def test_list_stops_asking_once_its_page_is_full(start_aws: StartAws) -> None:
    records = [make_record_at(_now_ms() - number) for number in range(40)]
    aws = start_aws(_keep_only(records, at_once=1000))

    with open_dynamodb_log("results", _environ(aws)) as log:
        page = log.list(ResultQuery(limit=10))

    assert len(page.results) == 10
    assert len(aws.asked) <= 2 * PARTITIONS  # the records may lie on both sides of midnight


@pytest.mark.usefixtures("short_reads")
def test_list_answers_what_it_has_when_its_time_is_over(start_aws: StartAws) -> None:
    now_ms = _now_ms()
    records = [make_record_at(now_ms - days * MS_A_DAY) for days in range(5)]
    table = _keep_only(records, at_once=1000)
    today = now_ms - now_ms % MS_A_DAY
    started = time.monotonic()

    with open_dynamodb_log(
        "results", _environ(start_aws(_hang_before(today - MS_A_DAY, table))), retention_days=9
    ) as log:
        short = log.list(ResultQuery())
    seconds = time.monotonic() - started
    with open_dynamodb_log("results", _environ(start_aws(table)), retention_days=9) as log:
        rest = log.list(ResultQuery(cursor=short.cursor))

    assert short.results == records[:2]
    assert short.cursor is not None
    assert read_created_ms(short.cursor) == today - MS_A_DAY
    assert [*short.results, *rest.results] == records
    assert seconds < SHORT + SLACK


@pytest.mark.usefixtures("short_reads")
@pytest.mark.parametrize("act", [hang, refuse("AccessDeniedException")], ids=["hangs", "refuses"])
def test_list_says_that_dynamodb_did_not_answer_at_all(start_aws: StartAws, act: Act) -> None:
    started = time.monotonic()

    with (
        open_dynamodb_log("results", _environ(start_aws(act))) as log,
        pytest.raises(ResultLogUnavailableError, match="dynamodb"),
    ):
        log.list(ResultQuery(cursor=make_record().result_id))

    assert time.monotonic() - started < SHORT + SLACK
