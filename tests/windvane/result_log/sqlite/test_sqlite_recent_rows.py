"""Recent rows: in a table without an index, until there are some."""

import sqlite3
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from itertools import pairwise
from pathlib import Path

import pytest

from tests.windvane.result_log.records import make_expired_record, make_record
from tests.windvane.result_log.sqlite.test_sqlite_log import read_files
from windvane.result_log.errors import ResultLogUnavailableError
from windvane.result_log.query import ResultQuery
from windvane.result_log.sqlite import sqlite_recent_rows
from windvane.result_log.sqlite.sqlite_log import SqliteResultLog
from windvane.result_log.sqlite.sqlite_schema import SCHEMA

ROWS = 10
LONG = 20.0
PRIVATE = "xyzzy-private"


@pytest.fixture(autouse=True)
def few_recent_rows(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sqlite_recent_rows, "ROWS", ROWS)


def wait_for_index(log: SqliteResultLog) -> None:
    assert log._recent.running.acquire(timeout=LONG)
    log._recent.running.release()


def count(path: Path) -> tuple[int, int]:
    """Count the recent rows, and those that are indexed."""
    with closing(sqlite3.connect(path)) as connection:
        [recent] = connection.execute("SELECT count(*) FROM recent_results").fetchone()
        [indexed] = connection.execute("SELECT count(*) FROM indexed_results").fetchone()
        return recent, indexed


def test_rows_are_indexed_when_there_are_enough(
    sqlite_log: SqliteResultLog, sqlite_path: Path
) -> None:
    for _ in range(ROWS - 1):
        sqlite_log.write([make_record()])
    before = count(sqlite_path)

    sqlite_log.write([make_record()])
    wait_for_index(sqlite_log)
    sqlite_log.write([make_record()])

    assert (before, count(sqlite_path)) == ((ROWS - 1, 0), (1, ROWS))


def test_records_are_listed_in_order_wherever_they_are(sqlite_log: SqliteResultLog) -> None:
    records = [make_record(label=("negative", "positive")[i % 2]) for i in range(ROWS + 5)]
    sqlite_log.write(records[:ROWS])
    wait_for_index(sqlite_log)
    sqlite_log.write(records[ROWS:])
    newest = sorted(records, key=lambda record: record.result_id)[::-1]

    assert sqlite_log.list(ResultQuery()).results == newest
    negative = [record for record in newest if record.label == "negative"]
    assert sqlite_log.list(ResultQuery(label="negative")).results == negative
    page = sqlite_log.list(ResultQuery(limit=3))
    assert page.results == newest[:3]
    assert sqlite_log.list(ResultQuery(cursor=page.cursor)).results == newest[3:]


@pytest.mark.parametrize("place", ["recent", "indexed"])
@pytest.mark.parametrize(
    "change",
    [
        lambda log, record: log.delete(record.result_id),
        lambda log, record: log.delete_matching(ResultQuery(label="negative"), LONG),
    ],
    ids=["one", "matching"],
)
def test_a_record_is_erased_wherever_it_is(
    sqlite_log: SqliteResultLog,
    sqlite_path: Path,
    place: str,
    change: Callable[[SqliteResultLog, object], object],
) -> None:
    record, other = make_record(label="negative", text=PRIVATE), make_record()
    sqlite_log.write([record, other])
    if place == "indexed":
        sqlite_log.write([make_record() for _ in range(ROWS)])
        wait_for_index(sqlite_log)

    change(sqlite_log, record)

    assert sqlite_log.read(record.result_id) is None
    assert sqlite_log.read(other.result_id) == other
    assert PRIVATE.encode() not in read_files(sqlite_path)


def test_no_byte_of_a_record_that_was_moved_stays_where_it_was(
    sqlite_log: SqliteResultLog, sqlite_path: Path
) -> None:
    records = [make_record(text=f"{PRIVATE} {i}") for i in range(3)]
    sqlite_log.write(records)
    sqlite_log.set_feedback(records[0].result_id, "negative")  # indexes all
    assert count(sqlite_path) == (0, 3)

    for record in records:
        sqlite_log.delete(record.result_id)

    assert PRIVATE.encode() not in read_files(sqlite_path)


def test_feedback_on_a_recent_record_stays_when_it_is_indexed(sqlite_log: SqliteResultLog) -> None:
    record = make_record()
    sqlite_log.write([record])
    sqlite_log.set_feedback(record.result_id, "negative")

    sqlite_log.write([make_record() for _ in range(ROWS)])
    wait_for_index(sqlite_log)

    found = sqlite_log.read(record.result_id)
    assert found is not None
    assert found.feedback_label == "negative"


def test_recent_records_that_have_expired_are_removed_at_the_next_start(sqlite_path: Path) -> None:
    with closing(SqliteResultLog(sqlite_path)) as log:
        log.write([make_expired_record(), make_record()])

    SqliteResultLog(sqlite_path).close()

    assert count(sqlite_path) == (0, 1)


def test_no_list_misses_a_record_or_has_it_twice_while_rows_are_indexed(
    sqlite_log: SqliteResultLog,
) -> None:
    written = threading.Event()

    def write() -> None:
        try:
            for _ in range(40 * ROWS):
                sqlite_log.write([make_record()])
        finally:
            written.set()

    def list_all() -> list[list[str]]:
        lists = []
        while not written.is_set():
            results = sqlite_log.list(ResultQuery(limit=100_000)).results
            lists.append([record.result_id for record in results])
        return lists

    with ThreadPoolExecutor(2) as pool:
        listing, writing = pool.submit(list_all), pool.submit(write)

    assert writing.result() is None
    assert len(listing.result()) > 3
    for before, after in pairwise(listing.result()):
        assert len(set(after)) == len(after)
        assert set(before) <= set(after)


def test_another_process_sees_and_changes_recent_records(
    sqlite_log: SqliteResultLog, sqlite_path: Path
) -> None:
    record = make_record()
    sqlite_log.write([record])

    with closing(SqliteResultLog(sqlite_path)) as other:
        assert other.read(record.result_id) == record
        assert other.delete(record.result_id)

    assert sqlite_log.read(record.result_id) is None


def start_no_thread(self: threading.Thread) -> None:
    raise RuntimeError("can't start new thread")


def index_nothing(connection: sqlite3.Connection) -> None:
    raise sqlite3.OperationalError("disk I/O error")


@pytest.mark.parametrize(
    "trouble",
    [
        (threading.Thread, "start", start_no_thread),
        (sqlite_recent_rows, "index_rows", index_nothing),
    ],
    ids=["no thread", "a disk that fails"],
)
def test_records_are_kept_where_they_cannot_be_indexed(
    sqlite_log: SqliteResultLog,
    sqlite_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    trouble: tuple[object, str, Callable[..., None]],
) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(*trouble)
        sqlite_log.write([make_record() for _ in range(ROWS)])
        wait_for_index(sqlite_log)
    assert count(sqlite_path) == (ROWS, 0)

    sqlite_log.write([make_record() for _ in range(ROWS)])
    wait_for_index(sqlite_log)

    assert count(sqlite_path) == (0, 2 * ROWS)


def test_log_closes_after_rows_were_indexed(sqlite_log: SqliteResultLog, sqlite_path: Path) -> None:
    sqlite_log.write([make_record() for _ in range(ROWS)])

    sqlite_log.close()

    assert count(sqlite_path) == (0, ROWS)


def test_long_texts_are_indexed_sooner(sqlite_log: SqliteResultLog, sqlite_path: Path) -> None:
    sqlite_log.write([make_record(text="x" * sqlite_recent_rows.CHARS * ROWS)])
    wait_for_index(sqlite_log)

    assert count(sqlite_path) == (0, 1)


def test_a_group_that_was_committed_and_is_tried_again_is_there_once(
    sqlite_log: SqliteResultLog, monkeypatch: pytest.MonkeyPatch
) -> None:
    connections = sqlite_log._database._connections
    check_place = type(connections).check_place
    records = [make_record() for _ in range(3)]
    failures = iter([True])

    def fail_once(self: object) -> None:
        if next(failures, False):
            raise ResultLogUnavailableError("sqlite: the file was deleted or replaced meanwhile")
        check_place(connections)

    monkeypatch.setattr(type(connections), "check_place", fail_once)
    sqlite_log._database.turn.acquire(LONG)
    with ThreadPoolExecutor(len(records)) as pool:
        writing = [pool.submit(sqlite_log.write, [record]) for record in records]
        while len(sqlite_log._commits._waiting) < len(records):
            time.sleep(0.001)
        sqlite_log._database.turn.release()
        assert [future.result() for future in writing] == [None] * len(records)

    listed = sqlite_log.list(ResultQuery()).results
    assert sorted(record.result_id for record in listed) == sorted(
        record.result_id for record in records
    )


def test_a_view_of_the_operator_sees_recent_rows_after_the_migration(sqlite_path: Path) -> None:
    sqlite_path.parent.mkdir()
    with closing(sqlite3.connect(sqlite_path)) as connection:
        connection.executescript(SCHEMA)
        connection.execute("CREATE VIEW mine AS SELECT result_id FROM results")
        connection.commit()

    with closing(SqliteResultLog(sqlite_path)) as log:
        log.write([make_record()])

    with closing(sqlite3.connect(sqlite_path)) as connection:
        assert connection.execute("SELECT count(*) FROM mine").fetchone() == (1,)
