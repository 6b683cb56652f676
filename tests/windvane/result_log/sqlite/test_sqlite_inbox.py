"""The inbox: what is acknowledged is in it or in SQLite, once, whatever happens in between."""

import errno
import fcntl
import os
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing, contextmanager
from itertools import pairwise
from pathlib import Path

import pytest

from tests.conftest import REPOSITORY
from tests.log_lines import LogLines
from tests.windvane.result_log.records import empty_inbox, make_expired_record, make_record
from tests.windvane.result_log.sqlite.test_sqlite_file import list_ids, move_away
from tests.windvane.result_log.sqlite.test_sqlite_log import lock, read_files, read_lines
from windvane.result_log.errors import ResultLogUnavailableError
from windvane.result_log.query import ResultQuery
from windvane.result_log.record import ResultRecord
from windvane.result_log.result_id import is_result_id
from windvane.result_log.sqlite import sqlite_inbox, sqlite_inbox_file
from windvane.result_log.sqlite.sqlite_log import SqliteResultLog
from windvane.result_log.time_limits import WRITE_SECONDS

ROWS = 10
SHORT = 0.05
LONG = 20.0
SLACK = 0.5
PRIVATE = "xyzzy-private"


@pytest.fixture(autouse=True)
def few_rows_at_a_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sqlite_inbox, "ROWS", ROWS)


def find_inbox(path: Path) -> Path:
    return path.with_name(f"{path.name}-inbox")


def count_stored(path: Path) -> int:
    """Count what SQLite has, without the inbox."""
    with closing(sqlite3.connect(path)) as connection:
        return int(connection.execute("SELECT count(*) FROM results").fetchone()[0])


def wait_for_stored(path: Path, count: int) -> None:
    deadline = time.monotonic() + LONG
    while count_stored(path) < count:
        assert time.monotonic() < deadline
        time.sleep(0.005)


@contextmanager
def hold(path: Path) -> Iterator[None]:
    """Lock the inbox as another process does, until the block ends."""
    descriptor = os.open(find_inbox(path), os.O_RDWR)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


def test_sqlite_takes_records_when_there_are_enough(
    sqlite_log: SqliteResultLog, sqlite_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sqlite_inbox, "WAIT_SECONDS", LONG)
    for _ in range(ROWS - 1):
        sqlite_log.write([make_record()])
    time.sleep(SHORT)
    before = count_stored(sqlite_path)

    sqlite_log.write([make_record()])

    wait_for_stored(sqlite_path, ROWS)
    assert before == 0


def test_sqlite_takes_a_lone_record_after_a_while(
    sqlite_log: SqliteResultLog, sqlite_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sqlite_inbox, "WAIT_SECONDS", SHORT)
    for count in (1, 2, 3):
        sqlite_log.write([make_record()])
        wait_for_stored(sqlite_path, count)


def test_long_texts_are_taken_sooner(sqlite_log: SqliteResultLog, sqlite_path: Path) -> None:
    sqlite_log.write([make_record(text="x" * sqlite_inbox.CHARS * ROWS)])

    wait_for_stored(sqlite_path, 1)


def test_records_are_listed_in_order_wherever_they_are(
    sqlite_log: SqliteResultLog, sqlite_path: Path
) -> None:
    records = [make_record(label=("negative", "positive")[i % 2]) for i in range(9)]
    sqlite_log.write(records[:5])
    empty_inbox(sqlite_path)
    sqlite_log.write(records[5:])
    newest = sorted(records, key=lambda record: record.result_id)[::-1]

    assert sqlite_log.list(ResultQuery()).results == newest
    page = sqlite_log.list(ResultQuery(limit=3))
    assert page.results == newest[:3]
    assert sqlite_log.list(ResultQuery(cursor=page.cursor)).results == newest[3:]


@pytest.mark.parametrize("place", ["inbox", "table"])
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
    change: Callable[[SqliteResultLog, ResultRecord], object],
) -> None:
    record, other = make_record(label="negative", text=PRIVATE), make_record()
    sqlite_log.write([record, other])
    if place == "table":
        empty_inbox(sqlite_path)

    change(sqlite_log, record)

    assert PRIVATE.encode() not in read_files(sqlite_path)
    assert sqlite_log.read(record.result_id) is None
    assert sqlite_log.read(other.result_id) == other


def test_feedback_on_a_record_of_the_inbox_stays(sqlite_log: SqliteResultLog) -> None:
    record = make_record()
    sqlite_log.write([record])

    sqlite_log.set_feedback(record.result_id, "negative")

    sqlite_log.write([make_record() for _ in range(ROWS)])
    found = sqlite_log.read(record.result_id)
    assert found is not None
    assert found.feedback_label == "negative"


def test_expired_records_of_the_inbox_are_removed_at_the_next_start(
    sqlite_log: SqliteResultLog, sqlite_path: Path
) -> None:
    sqlite_log.write([make_expired_record(), make_record()])

    SqliteResultLog(sqlite_path).close()

    assert count_stored(sqlite_path) == 1


def test_no_list_misses_a_record_or_has_it_twice_while_records_are_taken(
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


def test_another_process_sees_and_changes_what_is_in_the_inbox(
    sqlite_log: SqliteResultLog, sqlite_path: Path
) -> None:
    record = make_record()
    sqlite_log.write([record])

    with closing(SqliteResultLog(sqlite_path)) as other:
        assert other.read(record.result_id) == record
        assert other.delete(record.result_id)

    assert sqlite_log.read(record.result_id) is None


def test_log_goes_on_after_another_process_has_removed_the_inbox(
    sqlite_log: SqliteResultLog, sqlite_path: Path
) -> None:
    records = [make_record() for _ in range(3)]
    for record in records:
        sqlite_log.write([record])
        with closing(SqliteResultLog(sqlite_path)) as other:
            other.write([])
        assert not find_inbox(sqlite_path).exists()

    assert list_ids(sqlite_path) == {record.result_id for record in records}


def test_closing_leaves_one_file_with_all_records(
    sqlite_log: SqliteResultLog, sqlite_path: Path
) -> None:
    sqlite_log.write([make_record()])

    started = time.monotonic()
    sqlite_log.close()

    assert time.monotonic() - started < sqlite_inbox.WAIT_SECONDS
    assert list(sqlite_path.parent.iterdir()) == [sqlite_path]
    assert count_stored(sqlite_path) == 1


def start_no_thread(self: threading.Thread) -> None:
    raise RuntimeError("can't start new thread")


def test_records_are_there_where_no_thread_can_be_started(
    sqlite_log: SqliteResultLog, sqlite_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(threading.Thread, "start", start_no_thread)
    records = [make_record() for _ in range(3 * ROWS)]
    for record in records:
        sqlite_log.write([record])

    assert len(sqlite_log.list(ResultQuery()).results) == len(records)


def test_records_stay_in_the_inbox_while_the_disk_fails(
    sqlite_log: SqliteResultLog,
    sqlite_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    log_lines: LogLines,
) -> None:
    def fail(_connection: sqlite3.Connection, _deadline: float) -> None:
        raise sqlite3.OperationalError("disk I/O error")

    sqlite_log.write([make_record(text=PRIVATE)])
    with monkeypatch.context() as patch:
        patch.setattr("windvane.result_log.sqlite.sqlite_database.begin", fail)
        sqlite_log.write([make_record() for _ in range(ROWS)])
        with sqlite_log._inbox.running:
            pass
    said = {(line["message"], line["reason"]) for line in log_lines()}
    assert said == {("results not stored yet", "sqlite: disk I/O error")}
    assert count_stored(sqlite_path) == 0

    sqlite_log.write([make_record()])

    assert len(sqlite_log.list(ResultQuery()).results) == ROWS + 2


def test_a_full_inbox_takes_no_more(
    sqlite_log: SqliteResultLog, sqlite_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sqlite_inbox_file, "MAX_BYTES", 2000)
    monkeypatch.setattr(threading.Thread, "start", start_no_thread)
    sqlite_log.write([make_record(text="x" * 2000)])

    with pytest.raises(ResultLogUnavailableError, match="too many records wait"):
        sqlite_log.write([make_record()])

    empty_inbox(sqlite_path)
    sqlite_log.write([make_record()])


def test_record_waits_for_room_while_sqlite_takes_the_others(
    sqlite_log: SqliteResultLog, sqlite_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sqlite_inbox_file, "MAX_BYTES", 2000)
    sleep = time.sleep

    def empty_and_sleep(seconds: float) -> None:
        empty_inbox(sqlite_path)
        sleep(seconds)

    with monkeypatch.context() as patch:
        patch.setattr(threading.Thread, "start", start_no_thread)
        sqlite_log.write([make_record(text="x" * 2000)])
        patch.setattr("time.sleep", empty_and_sleep)
        sqlite_log.write([make_record()])

    assert len(list_ids(sqlite_path)) == 2


def test_record_does_not_wait_for_room_after_sqlite_has_failed(
    sqlite_log: SqliteResultLog, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(_connection: sqlite3.Connection, _deadline: float) -> None:
        raise sqlite3.OperationalError("disk I/O error")

    def wait(_seconds: float) -> None:
        raise AssertionError

    monkeypatch.setattr(sqlite_inbox_file, "MAX_BYTES", 2000)
    with monkeypatch.context() as patch:
        patch.setattr("windvane.result_log.sqlite.sqlite_database.begin", fail)
        sqlite_log.write([make_record(text="x" * sqlite_inbox.CHARS * ROWS)])
        with sqlite_log._inbox.running:
            patch.setattr("time.sleep", wait)
            with pytest.raises(ResultLogUnavailableError, match="too many records wait"):
                sqlite_log.write([make_record()])


def write_half(descriptor: int, line: bytes) -> int:
    return os.pwrite(descriptor, line[: len(line) // 2], 0)


def write_nothing(_descriptor: int, _line: bytes) -> int:
    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


@pytest.mark.parametrize("write", [write_half, write_nothing])
def test_full_disk_refuses_a_record_and_harms_no_other(
    sqlite_log: SqliteResultLog,
    sqlite_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    write: Callable[[int, bytes], int],
) -> None:
    before, after = make_record(), make_record()
    sqlite_log.write([before])
    with monkeypatch.context() as patch:
        patch.setattr("os.write", write)
        with pytest.raises(ResultLogUnavailableError, match=r"sqlite: (No space|the disk)"):
            sqlite_log.write([make_record(text=PRIVATE)])

    sqlite_log.write([after])

    assert list_ids(sqlite_path) == {before.result_id, after.result_id}


def test_lines_that_are_none_are_counted_and_harm_no_record(
    sqlite_log: SqliteResultLog, sqlite_path: Path, log_lines: LogLines
) -> None:
    record = make_record()
    sqlite_log.write([record])
    others = [b"\xff\xfe", b"[7]", b'[1,[{"result_id":', f'"{PRIVATE}"'.encode(), b"{", b"[0,[{}]]"]
    with find_inbox(sqlite_path).open("ab") as file:
        file.write(b"\n".join(others))
    sqlite_log.write([make_record()])

    listed = sqlite_log.list(ResultQuery()).results

    assert len(listed) == 2
    [line] = log_lines()
    assert (line["message"], line["lines_cut_off"]) == ("results left out", len(others))
    assert PRIVATE not in str(line)


def test_records_that_were_taken_and_not_removed_are_there_once(
    sqlite_log: SqliteResultLog, sqlite_path: Path
) -> None:
    records = [make_record(), make_record()]
    sqlite_log.write(records)
    lines = find_inbox(sqlite_path).read_bytes()
    sqlite_log.set_feedback(records[0].result_id, "negative")

    find_inbox(sqlite_path).write_bytes(lines)  # as if the process had ended before

    listed = sqlite_log.list(ResultQuery()).results
    assert sorted(one.feedback_label or "" for one in listed) == ["", "negative"]


def test_records_of_another_file_are_left_out_and_counted(
    sqlite_log: SqliteResultLog, sqlite_path: Path, tmp_path: Path, log_lines: LogLines
) -> None:
    with closing(SqliteResultLog(tmp_path / "other.db")) as other:
        other.write([make_record(), make_record()])
        lines = find_inbox(tmp_path / "other.db").read_bytes()
    find_inbox(sqlite_path).write_bytes(lines)

    assert sqlite_log.list(ResultQuery()).results == []
    assert [line["of_another_file"] for line in log_lines()] == [2]


def test_inbox_that_is_moved_with_its_file_is_left_there(
    sqlite_log: SqliteResultLog, sqlite_path: Path
) -> None:
    before, after = make_record(), make_record()
    sqlite_log.write([before])

    sqlite_path.parent.rename(sqlite_path.parent.with_name("moved"))
    sqlite_log.write([after])

    assert list_ids(sqlite_path) == {after.result_id}
    moved = sqlite_path.parent.with_name("moved") / sqlite_path.name
    assert list_ids(moved) == {before.result_id}


def test_record_that_is_written_while_the_file_is_moved_is_where_those_before_are(
    sqlite_log: SqliteResultLog, sqlite_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before, during, after = make_record(), make_record(), make_record()
    sqlite_log.write([before])
    write = os.write

    def write_and_move(descriptor: int, line: bytes) -> int:
        written = write(descriptor, line)
        monkeypatch.setattr("os.write", write)
        move_away(sqlite_path)
        return written

    monkeypatch.setattr("os.write", write_and_move)
    sqlite_log.write([during])
    sqlite_log.write([after])

    assert list_ids(sqlite_path) == {after.result_id}
    moved = list_ids(sqlite_path.with_name("moved.db"))
    assert moved == {before.result_id, during.result_id}


def test_file_that_is_deleted_before_the_first_record_leaves_nothing_behind(
    sqlite_log: SqliteResultLog, sqlite_path: Path, log_lines: LogLines
) -> None:
    sqlite_path.unlink()
    record = make_record()

    sqlite_log.write([record])

    assert sqlite_log.list(ResultQuery()).results == [record]
    assert [line["message"] for line in log_lines()] == ["result log opened again"]


def test_nobody_waits_long_for_a_process_that_holds_the_inbox(
    sqlite_log: SqliteResultLog, sqlite_path: Path
) -> None:
    sqlite_log.write([make_record()])
    started = time.monotonic()

    with hold(sqlite_path), pytest.raises(ResultLogUnavailableError, match="writing for too long"):
        sqlite_log.write([make_record()])

    assert time.monotonic() - started < WRITE_SECONDS + SLACK
    sqlite_log.write([make_record()])
    assert len(list_ids(sqlite_path)) == 2


def test_records_are_written_while_another_process_holds_the_inbox_for_a_moment(
    sqlite_log: SqliteResultLog, sqlite_path: Path
) -> None:
    sqlite_log.write([make_record()])

    with ThreadPoolExecutor(4) as pool:
        with hold(sqlite_path):
            writing = [pool.submit(sqlite_log.write, [make_record()]) for _ in range(4)]
            time.sleep(SHORT)
        assert [future.result() for future in writing] == [None] * 4

    assert len(list_ids(sqlite_path)) == 5


def test_inbox_is_no_link_to_another_file(
    sqlite_log: SqliteResultLog, sqlite_path: Path, tmp_path: Path
) -> None:
    find_inbox(sqlite_path).symlink_to(tmp_path / "elsewhere")

    with pytest.raises(ResultLogUnavailableError, match="sqlite: "):
        sqlite_log.write([make_record()])

    assert not (tmp_path / "elsewhere").exists()


def test_records_are_kept_while_another_process_holds_the_database(
    sqlite_log: SqliteResultLog, sqlite_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sqlite_inbox, "READ_SECONDS", SHORT)
    records = [make_record() for _ in range(3 * ROWS)]

    with lock(sqlite_path):
        for record in records:
            sqlite_log.write([record])

    assert list_ids(sqlite_path) == {record.result_id for record in records}


THREADS_THAT_WRITE = """
import sys
from concurrent.futures import ThreadPoolExecutor
from windvane.result_log.sqlite.sqlite_log import SqliteResultLog
from tests.windvane.result_log.records import make_record
log = SqliteResultLog(sys.argv[1])
def write_on():
    while True:
        record = make_record(text="x" * 2000)
        log.write([record])
        sys.stdout.write(f"{record.result_id}\\n")
        sys.stdout.flush()
with ThreadPoolExecutor(8) as pool:
    for _ in range(8):
        pool.submit(write_on)
"""


def test_what_several_processes_acknowledged_outlives_them(sqlite_path: Path) -> None:
    command = [sys.executable, "-c", THREADS_THAT_WRITE, str(sqlite_path)]
    lines = []
    with ExitStack() as stack:
        writers = [
            stack.enter_context(
                subprocess.Popen(command, cwd=REPOSITORY, stdout=subprocess.PIPE, text=True)
            )
            for _ in range(2)
        ]
        for writer in writers:
            lines += read_lines(writer, 300)
        for writer in writers:
            writer.kill()
            lines += read_lines(writer)

    acknowledged = {line for line in lines if is_result_id(line)}
    assert len(acknowledged) >= 600
    assert acknowledged <= list_ids(sqlite_path)
