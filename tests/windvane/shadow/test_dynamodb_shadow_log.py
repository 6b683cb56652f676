import time
from collections.abc import Iterator
from contextlib import closing

import pytest

from tests.moto_server import MotoServer
from tests.windvane.result_log.records import MOTO_SECONDS, make_record, open_dynamodb_log
from tests.windvane.shadow.shadow_records import make_shadow
from windvane.result_log.query import ResultQuery
from windvane.shadow import dynamodb_shadow_log
from windvane.shadow.dynamodb_shadow_log import MS_A_DAY, DynamoDbShadowLog
from windvane.shadow.shadow_record import ShadowRecord


@pytest.fixture
def table(moto_server: MotoServer) -> str:
    return moto_server.make_result_table()


@pytest.fixture
def log(
    moto_server: MotoServer, table: str, monkeypatch: pytest.MonkeyPatch
) -> Iterator[DynamoDbShadowLog]:
    for name in ("READ_SECONDS", "WRITE_SECONDS"):
        monkeypatch.setattr(dynamodb_shadow_log, name, MOTO_SECONDS)
    with closing(DynamoDbShadowLog(table, moto_server.environ)) as opened:
        yield opened


def now_ms() -> int:
    return time.time_ns() // 1_000_000


def read(log: DynamoDbShadowLog, from_ms: int, to_ms: int) -> list[list[ShadowRecord]]:
    days = log.read_days(from_ms, to_ms)
    return [sorted(day, key=lambda record: record.result_id) for day in days]


def test_records_are_read_day_by_day_newest_first(log: DynamoDbShadowLog) -> None:
    now = now_ms()
    today = [make_shadow(now) for _ in range(30)]
    yesterday = make_shadow(now - MS_A_DAY, challenger_label="negative")

    log.write([*today, yesterday])

    days = read(log, now - MS_A_DAY, now + 1)
    assert days == [sorted(today, key=lambda one: one.result_id), [yesterday]]


def test_period_has_an_end(log: DynamoDbShadowLog) -> None:
    now = now_ms()
    log.write([make_shadow(now - 1), inside := make_shadow(now), make_shadow(now + 1)])

    assert read(log, now, now + 1) == [[inside]]


def test_partition_of_several_pages_is_read_to_its_end(
    log: DynamoDbShadowLog, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = now_ms()
    log.write([make_shadow(now) for _ in range(40)])
    call = log._table.call

    def call_in_small_pages(operation: str, parameters: dict[str, object], deadline: float):  # type: ignore[no-untyped-def]  # noqa: ANN202
        return call(operation, {**parameters, "Limit": 1}, deadline)

    monkeypatch.setattr(log._table, "call", call_in_small_pages)

    [day] = read(log, now, now + 1)
    assert len(day) == 40


def test_expired_and_damaged_records_are_left_out(
    log: DynamoDbShadowLog, table: str, moto_server: MotoServer
) -> None:
    now = now_ms()
    log.write([make_shadow(now, expires_at=1), damaged := make_shadow(now)])
    digit, day = damaged.result_id[-1], time.strftime("%Y-%m-%d", time.gmtime(now / 1000))
    key = {"pk": {"S": f"shadow#{day}#{digit}"}, "result_id": {"S": damaged.result_id}}
    moto_server.dynamodb.update_item(
        TableName=table,
        Key=key,
        UpdateExpression="SET champion_score = :none",
        ExpressionAttributeValues={":none": {"S": "much"}},
    )

    assert read(log, now, now + 1) == [[]]


def test_results_and_shadows_do_not_see_each_other(
    log: DynamoDbShadowLog, table: str, moto_server: MotoServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("windvane.result_log.dynamodb.dynamodb_listing.READ_SECONDS", MOTO_SECONDS)
    record = make_record()
    with open_dynamodb_log(table, moto_server.environ, retention_days=1) as results:
        monkeypatch.setattr("windvane.result_log.dynamodb.dynamodb_log.WRITE_SECONDS", MOTO_SECONDS)
        results.write([record])
        log.write([shadow := make_shadow(result_id=record.result_id)])

        assert list(results.list(ResultQuery()).results) == [record]
        assert read(log, now_ms() - 60_000, now_ms() + 1)[0] == [shadow]
