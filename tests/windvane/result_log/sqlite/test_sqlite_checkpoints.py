"""Checkpoints: in a thread of their own, beside those that write."""

import sqlite3
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

import pytest

from tests.windvane.result_log.records import make_expired_record, make_record
from tests.windvane.result_log.sqlite.test_sqlite_file import list_ids
from windvane.result_log.sqlite import sqlite_checkpoints
from windvane.result_log.sqlite.sqlite_log import SqliteResultLog

ROWS = 20
THREADS = 4
LONG = 20.0


@pytest.fixture(autouse=True)
def frequent_checkpoints(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sqlite_checkpoints, "ROWS", ROWS)


def wait_for_checkpoint(log: SqliteResultLog) -> None:
    log._inbox.empty(LONG)
    running = log._database._checkpoints.running
    assert running.acquire(timeout=LONG)
    running.release()


def count_copied(path: Path) -> int:
    """Count the rows of the file without its write-ahead log."""
    with closing(sqlite3.connect(f"{path.as_uri()}?immutable=1", uri=True)) as connection:
        return int(connection.execute("SELECT count(*) FROM results").fetchone()[0])


def test_rows_are_copied_into_the_file_when_there_are_enough(
    sqlite_log: SqliteResultLog, sqlite_path: Path
) -> None:
    sqlite_log.write([make_record() for _ in range(ROWS)])
    wait_for_checkpoint(sqlite_log)
    sqlite_log.write([make_record() for _ in range(ROWS - 1)])
    wait_for_checkpoint(sqlite_log)

    assert count_copied(sqlite_path) == ROWS
    assert len(list_ids(sqlite_path)) == 2 * ROWS - 1


def test_write_ahead_log_begins_anew_while_threads_write(
    sqlite_log: SqliteResultLog, sqlite_path: Path
) -> None:
    log_bytes = sqlite_path.with_name(f"{sqlite_path.name}-wal")

    def write() -> None:
        for _ in range(10 * ROWS):
            sqlite_log.write([make_record()])

    with ThreadPoolExecutor(THREADS) as pool:
        writing = [pool.submit(write) for _ in range(THREADS)]
    wait_for_checkpoint(sqlite_log)

    assert [future.result() for future in writing] == [None] * THREADS
    assert len(list_ids(sqlite_path)) == THREADS * 10 * ROWS
    assert count_copied(sqlite_path) > 0
    written_pages = THREADS * 10 * ROWS * 4
    assert log_bytes.stat().st_size < written_pages * 4096 / 2


def test_no_write_waits_for_the_checkpoint(
    sqlite_log: SqliteResultLog, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun, written = threading.Event(), threading.Event()

    def wait(connection: sqlite3.Connection, mode: str) -> int:
        begun.set()
        assert written.wait(LONG)
        return 0

    monkeypatch.setattr(sqlite_checkpoints, "_copy", wait)

    sqlite_log.write([make_record() for _ in range(ROWS)])
    assert begun.wait(LONG)
    sqlite_log.write([make_record() for _ in range(ROWS)])
    written.set()

    wait_for_checkpoint(sqlite_log)


def test_log_closes_after_the_checkpoint(
    sqlite_log: SqliteResultLog, monkeypatch: pytest.MonkeyPatch
) -> None:
    ended: list[bool] = []

    def take_time(connection: sqlite3.Connection, mode: str) -> int:
        time.sleep(0.02)
        connection.execute("SELECT 1")
        ended.append(True)
        return 0

    monkeypatch.setattr(sqlite_checkpoints, "_copy", take_time)
    sqlite_log.write([make_record() for _ in range(ROWS)])

    sqlite_log.close()

    assert ended == [True, True]


def test_records_are_kept_where_a_checkpoint_fails(
    sqlite_log: SqliteResultLog, sqlite_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(connection: sqlite3.Connection, mode: str) -> int:
        raise sqlite3.OperationalError("disk I/O error")

    monkeypatch.setattr(sqlite_checkpoints, "_copy", fail)
    sqlite_log.write([make_record() for _ in range(ROWS)])
    wait_for_checkpoint(sqlite_log)
    monkeypatch.undo()

    assert len(list_ids(sqlite_path)) == ROWS


def test_records_are_written_where_no_thread_can_be_started(
    sqlite_log: SqliteResultLog, sqlite_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(self: threading.Thread) -> None:
        raise RuntimeError("can't start new thread")

    monkeypatch.setattr(threading.Thread, "start", fail)
    for _ in range(2):
        sqlite_log.write([make_record() for _ in range(ROWS)])

    assert len(list_ids(sqlite_path)) == 2 * ROWS
    assert not sqlite_log._database._checkpoints.running.locked()


def test_expired_records_are_erased_beside_a_checkpoint(
    sqlite_log: SqliteResultLog, sqlite_path: Path
) -> None:
    sqlite_log._next_purge = time.monotonic()

    sqlite_log.write([make_expired_record() for _ in range(ROWS)])

    assert list_ids(sqlite_path) == set()
    assert sqlite_path.with_name(f"{sqlite_path.name}-wal").stat().st_size == 0
