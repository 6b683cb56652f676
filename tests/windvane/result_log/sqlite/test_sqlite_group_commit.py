"""Threads that write at the same time: what they share, and what happens if that fails."""

import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.conftest import REPOSITORY
from tests.windvane.result_log.records import make_record
from tests.windvane.result_log.sqlite.test_sqlite_file import list_ids
from tests.windvane.result_log.sqlite.test_sqlite_log import count_rows, lock, read_lines
from windvane.result_log.errors import ResultLogUnavailableError
from windvane.result_log.fair_lock import FairLock
from windvane.result_log.query import ResultQuery
from windvane.result_log.record import ResultRecord
from windvane.result_log.result_id import is_result_id
from windvane.result_log.sqlite.sqlite_group_commit import GroupCommit, _Insertion
from windvane.result_log.sqlite.sqlite_log import SqliteResultLog
from windvane.result_log.sqlite.sqlite_rows import to_row
from windvane.result_log.time_limits import WRITE_SECONDS

THREADS = 6
SHORT = 0.05
LONG = 20.0
SLACK = 0.5


@contextmanager
def hold(log: SqliteResultLog) -> Iterator[Callable[[int], None]]:
    """Let no thread write until the block ends; gives what waits for a number of waiting calls."""
    waiting = log._commits._waiting

    def wait_for(count: int) -> None:
        deadline = time.monotonic() + LONG
        while len(waiting) < count and time.monotonic() < deadline:
            time.sleep(0.001)
        assert len(waiting) == count

    assert log._database.turn.acquire(LONG)
    try:
        yield wait_for
    finally:
        log._database.turn.release()


def write_together(log: SqliteResultLog, records: Sequence[ResultRecord]) -> list[Future[None]]:
    """Write each record from a thread of its own, when all of them wait."""
    with ThreadPoolExecutor(len(records)) as pool, hold(log) as wait_for:
        writing = []
        for count, record in enumerate(records, 1):
            writing.append(pool.submit(log.write, [record]))
            wait_for(count)
    return writing


def test_threads_that_wait_share_one_transaction(
    sqlite_log: SqliteResultLog, sqlite_path: Path
) -> None:
    statements: list[str] = []
    with sqlite_log._database.write() as connection:
        connection.set_trace_callback(statements.append)
    statements.clear()
    records = [make_record() for _ in range(THREADS)]

    writing = write_together(sqlite_log, records)

    assert [future.result() for future in writing] == [None] * THREADS
    assert statements.count("COMMIT") == 1
    assert list_ids(sqlite_path) == {record.result_id for record in records}


def test_thread_that_is_alone_waits_for_nobody(sqlite_log: SqliteResultLog) -> None:
    statements: list[str] = []
    with sqlite_log._database.write() as connection:
        connection.set_trace_callback(statements.append)
    statements.clear()

    sqlite_log.write([make_record()])

    assert [statement.split()[0] for statement in statements] == ["INSERT"]


@pytest.mark.parametrize("place", range(3), ids=["first", "second", "last"])
def test_record_that_cannot_be_stored_fails_alone(
    sqlite_log: SqliteResultLog, sqlite_path: Path, place: int
) -> None:
    records = [make_record() for _ in range(3)]
    records[place] = make_record(label=None)

    writing = write_together(sqlite_log, records)

    failed = [future.exception() for future in writing]
    assert isinstance(failed.pop(place), ResultLogUnavailableError)
    assert failed == [None] * 2
    del records[place]
    assert list_ids(sqlite_path) == {record.result_id for record in records}


def test_every_thread_learns_that_another_process_writes_for_long(
    sqlite_log: SqliteResultLog, sqlite_path: Path
) -> None:
    sqlite_log.write([make_record()])
    started = time.monotonic()

    with lock(sqlite_path):
        writing = write_together(sqlite_log, [make_record() for _ in range(THREADS)])

    assert all(isinstance(future.exception(), ResultLogUnavailableError) for future in writing)
    assert time.monotonic() - started < WRITE_SECONDS + SLACK
    sqlite_log.write([make_record()])
    assert count_rows(sqlite_path) == 2


def test_full_disk_fails_each_thread_of_a_group(sqlite_log: SqliteResultLog) -> None:
    with sqlite_log._database.write() as connection:
        [pages] = connection.execute("PRAGMA page_count").fetchone()
        connection.execute(f"PRAGMA max_page_count = {pages}")

    writing = write_together(sqlite_log, [make_record(text="x" * 100_000) for _ in range(3)])

    assert all("full" in str(future.exception()) for future in writing)
    assert sqlite_log.list(ResultQuery()).results == []


def test_group_goes_on_in_a_new_file(sqlite_log: SqliteResultLog, sqlite_path: Path) -> None:
    sqlite_log.write([make_record()])
    sqlite_path.unlink()
    records = [make_record() for _ in range(3)]

    writing = write_together(sqlite_log, records)

    assert [future.result() for future in writing] == [None] * 3
    assert list_ids(sqlite_path) == {record.result_id for record in records}


def test_record_that_was_refused_is_not_written_later(
    sqlite_log: SqliteResultLog, sqlite_path: Path
) -> None:
    refused, record = make_record(), make_record()
    commits = sqlite_log._commits

    with hold(sqlite_log), pytest.raises(ResultLogUnavailableError, match="writing for too long"):
        commits.insert([to_row(refused)], SHORT)
    sqlite_log.write([record])

    assert list_ids(sqlite_path) == {record.result_id}


class ImpatientLock(FairLock):
    """Gives up at once the first time that it is held by another; counts who asks for it."""

    def __init__(self) -> None:
        super().__init__()
        self.asked = 0

    def acquire(self, seconds: float) -> bool:
        self.asked += 1
        return super().acquire(0 if self.asked == 2 else seconds)


class SlowDatabase:
    """Takes rows when it may go on."""

    def __init__(self) -> None:
        self.turn = ImpatientLock()
        self.groups: list[Sequence[Sequence[object]]] = []
        self.is_inserting = threading.Event()
        self.may_go_on = threading.Event()

    def insert(self, _: str, rows: Sequence[Sequence[object]], __: float) -> None:
        self.is_inserting.set()
        assert self.may_go_on.wait(LONG)
        self.groups.append(rows)


def test_call_waits_for_the_group_that_has_its_rows() -> None:
    database = SlowDatabase()
    commits = GroupCommit(database, "", "")  # type: ignore[arg-type] # a fake
    commits._waiting.append(follower := _Insertion([["of a follower"]]))

    with ThreadPoolExecutor(2) as pool:
        leading = pool.submit(commits.insert, [["of the leader"]], LONG)
        assert database.is_inserting.wait(LONG)
        following = pool.submit(commits._wait_for_turn, follower, LONG)
        while database.turn.asked < 3:
            time.sleep(0.001)
        database.may_go_on.set()

        assert (leading.result(), following.result()) == (None, True)

    assert database.groups == [[["of the leader"], ["of a follower"]]]
    assert follower.is_done


def test_call_whose_rows_are_committed_does_not_wait_for_its_turn() -> None:
    database = SlowDatabase()
    commits = GroupCommit(database, "", "")  # type: ignore[arg-type] # a fake
    committed = _Insertion([["of a group"]])
    committed.is_done = True

    assert database.turn.acquire(LONG)
    is_mine = commits._wait_for_turn(committed, SHORT)

    assert not is_mine


THREADS_THAT_WRITE = """
import sys
from concurrent.futures import ThreadPoolExecutor
from windvane.result_log.sqlite.sqlite_log import SqliteResultLog
from tests.windvane.result_log.records import make_record
log = SqliteResultLog(sys.argv[1])
def write_on():
    while True:
        record = make_record()
        log.write([record])
        sys.stdout.write(f"{record.result_id}\\n")
        sys.stdout.flush()
with ThreadPoolExecutor(8) as pool:
    for _ in range(8):
        pool.submit(write_on)
"""


def test_group_that_was_acknowledged_outlives_its_process(sqlite_path: Path) -> None:
    command = [sys.executable, "-c", THREADS_THAT_WRITE, str(sqlite_path)]
    with subprocess.Popen(command, cwd=REPOSITORY, stdout=subprocess.PIPE, text=True) as writer:
        lines = read_lines(writer, 200)
        writer.kill()
        lines += read_lines(writer)

    acknowledged = {line for line in lines if is_result_id(line)}
    assert len(acknowledged) >= 200
    assert acknowledged <= list_ids(sqlite_path)
