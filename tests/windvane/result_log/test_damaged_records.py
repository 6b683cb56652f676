"""Records that another program changed: skipped and counted, by every kind of log."""

import re
import sqlite3
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from tests.moto_server import MotoServer
from tests.windvane.result_log.records import (
    change_row,
    empty_inbox,
    give_moto_time,
    make_record,
    open_dynamodb_log,
)
from windvane.result_log.dynamodb.dynamodb_items import to_item
from windvane.result_log.dynamodb.dynamodb_log import DynamoDbResultLog
from windvane.result_log.errors import DamagedRecordError
from windvane.result_log.query import ResultPage, ResultQuery
from windvane.result_log.record import ResultRecord
from windvane.result_log.result_log import ResultLog

TEXT = "xyzzy-private"
NOT_UTF8 = b"\xff" + TEXT.encode()

SQL_DAMAGE: dict[str, object] = {
    "scores": "{",
    "label": NOT_UTF8,
    "score": "much",
    "tokens": "five",
    "created_at": "yesterday",
    "text": NOT_UTF8,
    "model": b"\xff",
    "chars": -1,
}
SCORES_DAMAGE = ("[1]", '{"positive": NaN}', '{"positive": 1e999}', '{"positive": "a"}', "[" * 9999)
ITEM_DAMAGE: dict[str, Any] = {
    "label": None,
    "scores": {"S": "{"},
    "score": {"S": "0.5"},
    "tokens": {"N": "1.5"},
    "created_at": {"S": "yesterday"},
    "text": {"B": b"abc"},
    "chars": {"L": []},
    "model": {"NULL": True},
    "expires_at": None,
}
IDS_OF_OTHERS = ("a-note", "019aadd3", "zzz", "0")

RETENTION_DAYS = 1
"""How far back a table is listed, which takes moto its time."""

Damage = Callable[[ResultRecord], None]


@pytest.fixture
def dynamodb_log(
    moto_server: MotoServer, monkeypatch: pytest.MonkeyPatch
) -> Iterator[DynamoDbResultLog]:
    table = moto_server.make_result_table()
    give_moto_time(monkeypatch)
    with open_dynamodb_log(table, moto_server.environ, retention_days=RETENTION_DAYS) as log:
        yield log


def damage_item(moto: MotoServer, table: str, record: ResultRecord, name: str, value: Any) -> None:
    """Change an item by hand; None removes the attribute."""
    item = {**to_item(record), name: value}
    moto.dynamodb.put_item(
        TableName=table, Item={key: value for key, value in item.items() if value is not None}
    )


@pytest.fixture
def damage(request: pytest.FixtureRequest, result_log: ResultLog) -> Damage:
    """Change a record by hand, in each kind of log."""
    if isinstance(result_log, DynamoDbResultLog):
        moto, table = request.getfixturevalue("moto_server"), result_log._table.name
        return lambda record: damage_item(moto, table, record, "label", None)
    path = request.getfixturevalue("sqlite_path")
    return lambda record: change_row(path, record.result_id, "scores", "{")


def write_records(log: ResultLog, count: int = 5) -> list[ResultRecord]:
    """Write records; returns them newest first."""
    records = [make_record(text=TEXT) for _ in range(count)]
    log.write(records)
    return sorted(records, key=lambda record: record.result_id, reverse=True)


def list_pages(log: ResultLog, limit: int) -> Sequence[ResultPage]:
    pages = [log.list(ResultQuery(limit=limit))]
    while pages[-1].cursor is not None:
        pages.append(log.list(ResultQuery(limit=limit, cursor=pages[-1].cursor)))
        assert len(pages) < 50
    return pages


@pytest.mark.parametrize(
    ("limit", "places"), [(1, [0, 2]), (2, [4]), (5, [1]), (200, [0, 1, 2, 3, 4])], ids=str
)
def test_list_skips_damaged_records_and_goes_on(
    result_log: ResultLog, damage: Damage, limit: int, places: list[int]
) -> None:
    records = write_records(result_log)
    damaged = [records[place] for place in places]
    for record in damaged:
        damage(record)

    pages = list_pages(result_log, limit)

    listed = [record for page in pages for record in page.results]
    assert listed == [record for record in records if record not in damaged]
    assert sum(page.damaged for page in pages) == len(damaged)
    assert [one for page in pages for one in page.damaged_ids] == [r.result_id for r in damaged]


def test_read_says_which_record_is_damaged(result_log: ResultLog, damage: Damage) -> None:
    record, other = write_records(result_log, 2)
    damage(record)

    with pytest.raises(DamagedRecordError, match=record.result_id):
        result_log.read(record.result_id)

    assert result_log.read(other.result_id) == other


def test_damaged_record_of_another_client_is_as_one_that_is_not_there(
    result_log: ResultLog, damage: Damage
) -> None:
    of_another, own = (make_record(client=client) for client in ("another", "partner"))
    result_log.write([of_another, own])
    for record in (of_another, own):
        damage(record)

    page = result_log.list(ResultQuery(client="partner"))

    assert (page.damaged, page.damaged_ids) == (1, (own.result_id,))
    assert result_log.read(of_another.result_id, client="partner") is None
    assert result_log.set_feedback(of_another.result_id, "neutral", client="partner") is None
    assert not result_log.delete(of_another.result_id, client="partner")
    assert result_log.delete(own.result_id, client="partner")


def test_feedback_says_which_record_is_damaged(result_log: ResultLog, damage: Damage) -> None:
    [record] = write_records(result_log, 1)
    damage(record)

    with pytest.raises(DamagedRecordError, match=record.result_id):
        result_log.set_feedback(record.result_id, "neutral")


def test_damaged_record_can_be_deleted(result_log: ResultLog, damage: Damage) -> None:
    record, other = write_records(result_log, 2)
    damage(record)

    deleted = [result_log.delete(record.result_id) for _ in range(2)]

    assert deleted == [True, False]
    assert result_log.read(record.result_id) is None
    assert result_log.list(ResultQuery()) == ResultPage([other])


def check_damage(log: ResultLog, damaged: Sequence[ResultRecord], other: ResultRecord) -> None:
    """Check that records are skipped and can be deleted, and that no error repeats a text."""
    page = log.list(ResultQuery())
    assert page.results == [other]
    assert (page.damaged, page.cursor) == (len(damaged), None)
    assert sorted(page.damaged_ids) == sorted(record.result_id for record in damaged)
    for record in damaged:
        with pytest.raises(DamagedRecordError) as caught:
            log.read(record.result_id)
        assert TEXT not in str(caught.value)
        assert log.delete(record.result_id)
    assert log.list(ResultQuery()) == ResultPage([other])


def test_sqlite_finds_every_kind_of_damage(sqlite_log: ResultLog, sqlite_path: Path) -> None:
    kinds = [*SQL_DAMAGE.items(), *(("scores", scores) for scores in SCORES_DAMAGE)]
    other, *damaged = write_records(sqlite_log, 1 + len(kinds))

    for record, (column, value) in zip(damaged, kinds, strict=True):
        change_row(sqlite_path, record.result_id, column, value)

    check_damage(sqlite_log, damaged, other)


def test_dynamodb_finds_every_kind_of_damage(
    dynamodb_log: DynamoDbResultLog, moto_server: MotoServer
) -> None:
    other, *damaged = write_records(dynamodb_log, 1 + len(ITEM_DAMAGE))

    for record, (name, value) in zip(damaged, ITEM_DAMAGE.items(), strict=True):
        damage_item(moto_server, dynamodb_log._table.name, record, name, value)

    check_damage(dynamodb_log, damaged, other)


@pytest.mark.parametrize("limit", [1, 200])
def test_sqlite_skips_rows_whose_id_is_none(
    sqlite_log: ResultLog, sqlite_path: Path, limit: int
) -> None:
    records = write_records(sqlite_log)
    empty_inbox(sqlite_path)
    ids: tuple[object, ...] = (*IDS_OF_OTHERS, None, 7, 1.5, b"\xff", records[0].result_id + "0")
    with closing(sqlite3.connect(sqlite_path, isolation_level=None)) as connection:
        copy = "INSERT INTO results SELECT * FROM results WHERE result_id = ?"
        columns = [row[1] for row in connection.execute("PRAGMA table_info(results)")]
        copy = copy.replace("SELECT *", f"SELECT {', '.join(['?', *columns[1:]])}")
        for result_id in ids:
            connection.execute(copy, (result_id, records[0].result_id))

    pages = list_pages(sqlite_log, limit)

    assert [record for page in pages for record in page.results] == records
    assert {one for page in pages for one in page.damaged_ids} == set()
    assert sum(page.damaged for page in pages) >= len(ids) - 1  # a blob sorts after every text


def make_keys_between(newer: str, older: str) -> list[str]:
    """Make sort keys that are no ids and sort between two ids."""
    assert older < newer
    return [f"{older}{number:03}" for number in range(60)]


@pytest.mark.parametrize("limit", [1, 200])
def test_dynamodb_skips_items_whose_sort_key_is_no_id(
    dynamodb_log: DynamoDbResultLog, moto_server: MotoServer, limit: int
) -> None:
    records = write_records(dynamodb_log)
    newer, older = records[1], records[2]
    for key in make_keys_between(newer.result_id, older.result_id):
        item = {**to_item(older), "result_id": {"S": key}}
        moto_server.dynamodb.put_item(TableName=dynamodb_log._table.name, Item=item)

    pages = list_pages(dynamodb_log, limit)

    assert [record for page in pages for record in page.results] == records
    assert sum(page.damaged for page in pages) > 0
    assert [one for page in pages for one in page.damaged_ids] == []


def test_error_names_the_record_and_no_more(result_log: ResultLog, damage: Damage) -> None:
    [record] = write_records(result_log, 1)
    damage(record)

    with pytest.raises(DamagedRecordError) as caught:
        result_log.read(record.result_id)

    ids = re.findall(r"[0-9a-f-]{36}", str(caught.value))
    assert ids == [caught.value.result_id] == [record.result_id]
