"""The inbox's file: moved, linked, shared, and beside a database that others move or lock."""

import errno
import fcntl
import os
import sqlite3
import stat
import threading
import time
from collections.abc import Callable
from contextlib import closing, suppress
from pathlib import Path

import pytest

from tests.log_lines import LogLines
from tests.windvane.result_log.records import make_record
from tests.windvane.result_log.sqlite.test_sqlite_file import list_ids, move_away
from tests.windvane.result_log.sqlite.test_sqlite_inbox import (
    LONG,
    SHORT,
    SLACK,
    count_stored,
    find_inbox,
    wait_for_stored,
)
from tests.windvane.result_log.sqlite.test_sqlite_log import lock
from windvane.result_log.errors import ResultLogUnavailableError
from windvane.result_log.query import ResultQuery
from windvane.result_log.sqlite import sqlite_inbox
from windvane.result_log.sqlite.sqlite_log import SqliteResultLog


def test_last_to_notice_a_move_leaves_the_records_of_the_next_file(
    sqlite_log: SqliteResultLog, sqlite_path: Path
) -> None:
    """The two logs are as of two processes, of which each has its own idea of the file."""
    before, first, last = make_record(), make_record(), make_record()
    with closing(SqliteResultLog(sqlite_path)) as other:
        sqlite_log.write([before])
        other.list(ResultQuery())
        sqlite_log.list(ResultQuery())
        move_away(sqlite_path)

        other.write([first])
        sqlite_log.write([last])

        assert list_ids(sqlite_path) == {first.result_id, last.result_id}
        assert list_ids(sqlite_path.with_name("moved.db")) == {before.result_id}


def test_database_has_one_inbox_by_whatever_name_it_is_opened(
    sqlite_log: SqliteResultLog, sqlite_path: Path, tmp_path: Path
) -> None:
    link = tmp_path / "link.db"
    link.symlink_to(sqlite_path)
    record = make_record()
    with closing(SqliteResultLog(link)) as linked:
        linked.write([record])

        assert sqlite_log.read(record.result_id) == record
        assert sqlite_log.delete(record.result_id)
        assert linked.read(record.result_id) is None
    assert not find_inbox(link).exists()


def test_link_that_leads_elsewhere_from_now_on_has_the_inbox_of_that_place(
    sqlite_path: Path, tmp_path: Path
) -> None:
    link, next_path = tmp_path / "link.db", tmp_path / "next.db"
    link.symlink_to(sqlite_path)
    before, after = make_record(), make_record()
    for path in (sqlite_path, next_path):
        SqliteResultLog(path).close()
    with closing(SqliteResultLog(link)) as log:
        log.write([before])
        link.unlink()
        link.symlink_to(next_path)

        log.write([after])

        assert find_inbox(next_path).stat().st_size > 0
    assert list_ids(sqlite_path) == {before.result_id}
    assert list_ids(next_path) == {after.result_id}


def test_records_are_stored_after_the_inbox_alone_was_moved_away(
    sqlite_log: SqliteResultLog, sqlite_path: Path, tmp_path: Path
) -> None:
    sqlite_log.write([make_record()])
    sqlite_log.list(ResultQuery())
    find_inbox(sqlite_path).rename(tmp_path / "elsewhere")

    sqlite_log.write([make_record()])

    assert len(sqlite_log.list(ResultQuery()).results) == 2


def test_closing_does_not_remove_the_inbox_that_has_the_name_now(
    sqlite_log: SqliteResultLog, sqlite_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    sqlite_log.write([make_record()])
    sqlite_log.list(ResultQuery())
    record = make_record()
    empty = sqlite_log._inbox.empty
    others: list[SqliteResultLog] = []

    def empty_while_the_folder_is_moved(seconds: float) -> None:
        empty(seconds)
        sqlite_path.parent.rename(sqlite_path.parent.with_name("moved"))
        others.append(SqliteResultLog(sqlite_path))
        monkeypatch.setattr(sqlite_log._inbox, "empty", empty)
        others[0].write([record])

    monkeypatch.setattr(sqlite_log._inbox, "empty", empty_while_the_folder_is_moved)
    sqlite_log.close()

    with closing(others[0]) as other:
        assert other.read(record.result_id) == record


@pytest.mark.parametrize("in_transaction", [False, True])
def test_thread_that_notices_a_move_takes_the_inbox_along(
    sqlite_log: SqliteResultLog, sqlite_path: Path, *, in_transaction: bool
) -> None:
    """Reading the key of subjects waits for no turn to write, which another thread may have."""
    record = make_record()
    sqlite_log.write([record])
    sqlite_log.read_subject_key()
    began, moved = threading.Event(), threading.Event()

    def hold_transaction() -> None:
        with suppress(ResultLogUnavailableError), sqlite_log._database.write(LONG):
            began.set()
            moved.wait(LONG)
            time.sleep(SHORT)

    writing = threading.Thread(target=hold_transaction)
    if in_transaction:
        writing.start()
        began.wait(LONG)
    move_away(sqlite_path)
    moved.set()
    sqlite_log.read_subject_key()
    if in_transaction:
        writing.join(LONG)

    assert record.result_id in list_ids(sqlite_path.with_name("moved.db"))


def refuse_label(path: Path, action: str) -> None:
    with closing(sqlite3.connect(path)) as connection:
        connection.execute(
            "CREATE TRIGGER refuse BEFORE INSERT ON results WHEN new.label = 'negative' "
            f"BEGIN SELECT RAISE({action}, 'not here'); END"
        )
        connection.commit()


@pytest.mark.parametrize("action", ["ABORT", "FAIL"])
def test_record_that_sqlite_refuses_is_counted_and_holds_up_no_other(
    sqlite_log: SqliteResultLog, sqlite_path: Path, log_lines: LogLines, action: str
) -> None:
    refuse_label(sqlite_path, action)
    kept = [make_record(label="positive") for _ in range(6)]

    sqlite_log.write([*kept[:3], make_record(label="negative"), *kept[3:]])

    assert list_ids(sqlite_path) == {record.result_id for record in kept}
    assert {line.get("refused") for line in log_lines()} == {1}


def test_number_that_sqlite_cannot_hold_is_left_out(
    sqlite_log: SqliteResultLog, sqlite_path: Path
) -> None:
    """Such a number can only stand in a damaged inbox."""
    record = make_record()
    sqlite_log.write([record])
    lines = find_inbox(sqlite_path).read_bytes()
    with find_inbox(sqlite_path).open("ab") as file:
        file.write(lines.replace(b'"tokens":5', b'"tokens":%d' % 2**63))

    assert len(sqlite_log.list(ResultQuery()).results) == 1
    sqlite_log.close()
    SqliteResultLog(sqlite_path).close()


def test_sqlite_is_tried_again_after_it_failed(
    sqlite_log: SqliteResultLog, sqlite_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("WAIT_SECONDS", "READ_SECONDS", "RETRY_SECONDS"):
        monkeypatch.setattr(sqlite_inbox, name, SHORT)

    with lock(sqlite_path):
        sqlite_log.write([make_record()])
        time.sleep(6 * SHORT)
        assert find_inbox(sqlite_path).stat().st_size > 0

    wait_for_stored(sqlite_path, 1)


def test_closing_waits_for_no_further_try(
    sqlite_log: SqliteResultLog, sqlite_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sqlite_inbox, "WAIT_SECONDS", SHORT)
    monkeypatch.setattr(sqlite_inbox, "READ_SECONDS", SHORT)
    with lock(sqlite_path):
        sqlite_log.write([make_record()])
        time.sleep(4 * SHORT)
        started = time.monotonic()
        sqlite_log.close()

    assert time.monotonic() - started < SLACK
    time.sleep(4 * SHORT)
    assert count_stored(sqlite_path) == 0  # nobody goes on behind a log that is closed
    assert len(list_ids(sqlite_path)) == 1


def test_records_are_written_while_another_program_writes_and_copies_the_log(
    sqlite_log: SqliteResultLog, sqlite_path: Path
) -> None:
    """A checkpoint changes the file, and the thread that empties the inbox has the turn."""
    sqlite_log.write([make_record() for _ in range(sqlite_inbox.ROWS)])
    wait_for_stored(sqlite_path, sqlite_inbox.ROWS)
    with lock(sqlite_path):
        sqlite_log.write([make_record() for _ in range(sqlite_inbox.ROWS)])
        time.sleep(SHORT)
        with closing(sqlite3.connect(sqlite_path)) as connection:
            [is_busy, *_] = connection.execute("PRAGMA wal_checkpoint(PASSIVE)").fetchone()
        started = time.monotonic()
        sqlite_log.write([make_record()])
        assert time.monotonic() - started < SLACK / 2

    assert not is_busy
    assert len(list_ids(sqlite_path)) == 2 * sqlite_inbox.ROWS + 1


@pytest.mark.parametrize("mode", [0o600, 0o660, 0o666])
def test_inbox_is_as_readable_as_the_database(sqlite_path: Path, mode: int) -> None:
    SqliteResultLog(sqlite_path).close()
    sqlite_path.chmod(mode)

    with closing(SqliteResultLog(sqlite_path)) as log:
        log.write([make_record()])
        modes = {stat.S_IMODE(file.stat().st_mode) for file in sqlite_path.parent.iterdir()}

    assert modes == {mode}


def test_lock_that_cannot_be_given_back_keeps_nobody_out(
    sqlite_log: SqliteResultLog, monkeypatch: pytest.MonkeyPatch
) -> None:
    flock = fcntl.flock

    def fail_to_unlock(descriptor: int, mode: int) -> None:
        if mode == fcntl.LOCK_UN:
            raise OSError(errno.EIO, os.strerror(errno.EIO))
        flock(descriptor, mode)

    monkeypatch.setattr("fcntl.flock", fail_to_unlock)
    for _ in range(2):
        sqlite_log.write([make_record()])

    assert len(sqlite_log.list(ResultQuery()).results) == 2


def leave_out(count: int) -> Callable[[int, bytes], int]:
    write = os.write
    return lambda descriptor, line: write(descriptor, line[:-count])


@pytest.mark.parametrize(("left_out", "is_kept"), [(1, True), (2, False)])
def test_record_is_acknowledged_if_and_only_if_it_can_be_read_back(
    sqlite_log: SqliteResultLog, monkeypatch: pytest.MonkeyPatch, left_out: int, *, is_kept: bool
) -> None:
    record, after = make_record(), make_record()
    with monkeypatch.context() as patch:
        patch.setattr("os.write", leave_out(left_out))
        try:
            sqlite_log.write([record])
            is_acknowledged = True
        except ResultLogUnavailableError:
            is_acknowledged = False
    sqlite_log.write([after])

    assert (sqlite_log.read(record.result_id) is not None) == is_acknowledged == is_kept
    assert sqlite_log.read(after.result_id) == after
