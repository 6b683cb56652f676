"""What is particular to SQLite: its files, its locks, its versions, and how it fails."""

import sqlite3
import stat
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path
from threading import Event

import pytest

from tests.conftest import REPOSITORY
from tests.windvane.result_log.records import empty_inbox, make_expired_record, make_record
from windvane.result_log.errors import ResultLogOpenError, ResultLogUnavailableError
from windvane.result_log.query import ResultQuery
from windvane.result_log.sqlite.sqlite_log import SqliteResultLog
from windvane.result_log.sqlite.sqlite_schema import SCHEMA_VERSION

TEXT = "xyzzy-private" * 20
SHORT = 0.1
SLACK = 0.5
WRITER = """
import sys
from windvane.result_log.sqlite.sqlite_log import SqliteResultLog
from tests.windvane.result_log.records import make_record
log = SqliteResultLog(sys.argv[1])
for _ in range(int(sys.argv[2])):
    record = make_record()
    log.write([record])
    print(record.result_id, flush=True)
"""
READER = """
import pathlib, sys
for name in sys.argv[1:]:
    sys.stdout.buffer.write(pathlib.Path(name).read_bytes())
"""


def start_writer(path: Path, count: int) -> subprocess.Popen[str]:
    """Start a process that names each record once it is written."""
    command = [sys.executable, "-c", WRITER, str(path), str(count)]
    return subprocess.Popen(command, cwd=REPOSITORY, stdout=subprocess.PIPE, text=True)


def read_lines(process: subprocess.Popen[str], count: int | None = None) -> list[str]:
    assert process.stdout is not None
    if count is None:
        return process.stdout.read().split()
    return [process.stdout.readline().strip() for _ in range(count)]


def read_files(path: Path) -> bytes:
    """Read every file of the database, elsewhere: closing one here would drop SQLite's locks."""
    command = [sys.executable, "-c", READER, *map(str, path.parent.iterdir())]
    return subprocess.run(command, capture_output=True, check=True).stdout


@contextmanager
def lock(path: Path) -> Iterator[None]:
    """Write from elsewhere, until the block ends."""
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        yield


@pytest.fixture
def short_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let nobody wait as long as usual."""
    monkeypatch.setattr("windvane.result_log.sqlite.sqlite_log.READ_SECONDS", SHORT)
    monkeypatch.setattr("windvane.result_log.sqlite.sqlite_database.READ_SECONDS", SHORT)


def test_log_is_for_its_owner_alone(sqlite_log: SqliteResultLog, sqlite_path: Path) -> None:
    sqlite_log.write([make_record()])

    files = list(sqlite_path.parent.iterdir())
    assert stat.S_IMODE(sqlite_path.parent.stat().st_mode) == 0o700
    assert {stat.S_IMODE(file.stat().st_mode) for file in files} == {0o600}
    assert sqlite_path in files


def test_log_is_there_when_it_is_opened_again(sqlite_path: Path) -> None:
    record = make_record(text=TEXT)
    with closing(SqliteResultLog(str(sqlite_path))) as log:
        log.write([record])

    with closing(SqliteResultLog(str(sqlite_path))) as log:
        assert log.read(record.result_id) == record
        assert log.list(ResultQuery()).results == [record]


def test_log_can_be_read_with_sql(sqlite_log: SqliteResultLog, sqlite_path: Path) -> None:
    record = make_record(text="I love it")
    sqlite_log.write([record])
    empty_inbox(sqlite_path)

    with closing(sqlite3.connect(sqlite_path)) as connection:
        row = connection.execute(
            "SELECT created_at, label, score, json_extract(scores, '$.neutral'), text FROM results"
        ).fetchone()

    assert row == (record.created_at, "positive", 0.98, 1e-06, "I love it")


@pytest.mark.parametrize("chars", [13, 100_000], ids=["short", "long"])
def test_log_leaves_no_byte_of_what_is_deleted(
    sqlite_log: SqliteResultLog, sqlite_path: Path, chars: int
) -> None:
    text = (TEXT * chars)[:chars]
    record, other = make_record(text=text), make_record(text="of another")
    sqlite_log.write([record])
    sqlite_log.write([other])
    assert text[:13].encode() in read_files(sqlite_path)

    sqlite_log.delete(record.result_id)

    left = read_files(sqlite_path)
    assert b"of another" in left
    assert text[:13].encode() not in left
    assert record.result_id.encode() not in left


def test_log_leaves_no_byte_of_what_has_expired_once_it_is_opened_again(sqlite_path: Path) -> None:
    with closing(SqliteResultLog(str(sqlite_path))) as log:
        log.write([make_expired_record(), make_record(text="of another")])
        expired = [make_expired_record() for _ in range(3)]
        log.write([*expired])

    SqliteResultLog(str(sqlite_path)).close()

    left = read_files(sqlite_path)
    assert b"of another" in left
    assert not any(record.result_id.encode() in left for record in expired)


def test_log_removes_what_has_expired_now_and_then(
    sqlite_log: SqliteResultLog, sqlite_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("windvane.result_log.sqlite.sqlite_log.PURGE_EVERY_SECONDS", 0)
    monkeypatch.setattr("windvane.result_log.sqlite.sqlite_log.PURGE_AGAIN_SECONDS", 0)
    with closing(SqliteResultLog(str(sqlite_path))) as log:
        log.write([make_expired_record() for _ in range(1500)])
        empty_inbox(sqlite_path)
        log.write([make_record()])

        log.write([make_record()])

        assert count_rows(sqlite_path) == 2


def count_rows(path: Path) -> int:
    empty_inbox(path)
    with closing(sqlite3.connect(path)) as connection:
        return int(connection.execute("SELECT count(*) FROM results").fetchone()[0])


@pytest.mark.parametrize(
    "read",
    [
        lambda log: log.list(ResultQuery()),
        lambda log: log.read(make_record().result_id),
    ],
    ids=["list", "read"],
)
def test_log_removes_what_has_expired_when_it_is_read(
    sqlite_log: SqliteResultLog,
    sqlite_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    read: Callable[[SqliteResultLog], object],
) -> None:
    expired = [make_expired_record() for _ in range(3)]
    sqlite_log.write([*expired, make_record()])
    kept = count_rows(sqlite_path)
    monkeypatch.setattr(sqlite_log, "_next_purge", time.monotonic())

    read(sqlite_log)

    assert (kept, count_rows(sqlite_path)) == (4, 1)
    assert not any(record.result_id.encode() in read_files(sqlite_path) for record in expired)


def test_log_does_not_purge_at_every_read(sqlite_log: SqliteResultLog, sqlite_path: Path) -> None:
    sqlite_log.write([make_expired_record()])

    for _ in range(3):
        assert sqlite_log.list(ResultQuery()).results == []

    assert count_rows(sqlite_path) == 1


def test_log_removes_all_that_has_expired_when_it_is_opened(sqlite_path: Path) -> None:
    with closing(SqliteResultLog(str(sqlite_path))) as log:
        log.write([make_expired_record() for _ in range(2500)])

    SqliteResultLog(str(sqlite_path)).close()

    assert count_rows(sqlite_path) == 0


def test_log_is_read_while_nothing_can_be_purged(
    sqlite_log: SqliteResultLog, sqlite_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    record = make_record()
    sqlite_log.write([record, make_expired_record()])
    empty_inbox(sqlite_path)
    monkeypatch.setattr(sqlite_log, "_next_purge", time.monotonic())

    with lock(sqlite_path):
        listed = sqlite_log.list(ResultQuery()).results

    assert listed == [record]


def test_log_says_that_it_could_not_erase_while_another_reads(
    sqlite_log: SqliteResultLog, sqlite_path: Path, short_waits: None
) -> None:
    record = make_record(text=TEXT)
    sqlite_log.write([record])
    with closing(sqlite3.connect(sqlite_path, isolation_level=None)) as other:
        other.execute("BEGIN")
        other.execute("SELECT * FROM results").fetchall()

        with pytest.raises(ResultLogUnavailableError, match="to be erased"):
            sqlite_log.delete(record.result_id)

    sqlite_log.delete(record.result_id)
    assert TEXT.encode() not in read_files(sqlite_path)


def test_log_erases_while_other_threads_and_processes_write(
    sqlite_log: SqliteResultLog, sqlite_path: Path
) -> None:
    records = [make_record(text=TEXT) for _ in range(20)]
    sqlite_log.write(records)
    erased = Event()

    def write_on() -> None:
        while not erased.wait(0.002):
            sqlite_log.write([make_record()])

    with ThreadPoolExecutor(3) as pool, start_writer(sqlite_path, 1_000_000) as writer:
        read_lines(writer, 1)
        writing = [pool.submit(write_on) for _ in range(3)]
        deleted = [sqlite_log.delete(record.result_id) for record in records]
        left = read_files(sqlite_path)
        erased.set()
        writer.kill()
        read_lines(writer)

    assert all(deleted)
    assert TEXT.encode() not in left
    assert [future.result() for future in writing] == [None] * 3


def test_log_reads_while_another_process_writes(
    sqlite_log: SqliteResultLog, sqlite_path: Path
) -> None:
    record = make_record()
    sqlite_log.write([record])
    empty_inbox(sqlite_path)

    with lock(sqlite_path):
        assert sqlite_log.read(record.result_id) == record
        assert sqlite_log.list(ResultQuery()).results == [record]


def test_log_is_written_while_another_process_writes_for_long(
    sqlite_log: SqliteResultLog, sqlite_path: Path, short_waits: None
) -> None:
    record = make_record()

    with lock(sqlite_path):
        sqlite_log.write([record])
        with pytest.raises(ResultLogUnavailableError, match="locked"):
            sqlite_log.read(record.result_id)

    assert sqlite_log.read(record.result_id) == record


def test_log_says_that_the_disk_is_full_and_loses_nothing(sqlite_log: SqliteResultLog) -> None:
    record = make_record(text="x" * 100_000)
    with sqlite_log._database.write() as connection:
        [pages] = connection.execute("PRAGMA page_count").fetchone()
        connection.execute(f"PRAGMA max_page_count = {pages}")
    sqlite_log.write([record])

    with pytest.raises(ResultLogUnavailableError, match="full"):
        sqlite_log.read(record.result_id)

    with sqlite_log._database.write() as connection:
        connection.execute("PRAGMA max_page_count = 1000000")
    assert sqlite_log.read(record.result_id) == record


def test_log_says_that_its_file_is_damaged(sqlite_path: Path) -> None:
    with closing(SqliteResultLog(str(sqlite_path))) as log:
        log.write([make_record(text=TEXT) for _ in range(200)])
    header, size = 4096, sqlite_path.stat().st_size
    with sqlite_path.open("r+b") as file:
        file.seek(header)
        file.write(b"\xff" * (size - header))

    with (
        closing(SqliteResultLog(str(sqlite_path))) as log,
        pytest.raises(ResultLogUnavailableError, match="malformed"),
    ):
        log.list(ResultQuery())


def test_log_does_not_open_what_a_newer_windvane_made(sqlite_path: Path) -> None:
    SqliteResultLog(str(sqlite_path)).close()
    with closing(sqlite3.connect(sqlite_path)) as connection:
        connection.execute(f"PRAGMA user_version = {SCHEMA_VERSION + 1}")

    with pytest.raises(ResultLogOpenError, match=f"version {SCHEMA_VERSION + 1}.*newer Windvane"):
        SqliteResultLog(str(sqlite_path))


def test_log_does_not_open_the_database_of_something_else(tmp_path: Path) -> None:
    path = tmp_path / "photos.db"
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("CREATE TABLE photos (name TEXT)")

    with pytest.raises(ResultLogOpenError, match="something else"):
        SqliteResultLog(str(path))


def test_log_does_not_open_a_file_that_is_no_database(tmp_path: Path) -> None:
    path = tmp_path / "notes.txt"
    path.write_text("I love it" * 1000)

    with pytest.raises(ResultLogOpenError, match="cannot be opened: file is not a"):
        SqliteResultLog(str(path))


@pytest.mark.parametrize("name", [".", "file/results.db"], ids=["folder", "below-a-file"])
def test_log_does_not_open_where_no_file_can_be(tmp_path: Path, name: str) -> None:
    (tmp_path / "file").touch()

    with pytest.raises(ResultLogOpenError, match="cannot be opened"):
        SqliteResultLog(str(tmp_path / name))


def test_log_takes_the_writes_of_several_processes_that_make_it_together(sqlite_path: Path) -> None:
    with ExitStack() as stack:
        writers = [stack.enter_context(start_writer(sqlite_path, 40)) for _ in range(4)]

        written = [read_lines(writer) for writer in writers]

    assert [writer.returncode for writer in writers] == [0] * 4
    with closing(SqliteResultLog(str(sqlite_path))) as log:
        listed = {record.result_id for record in log.list(ResultQuery(limit=200)).results}
    assert listed == {result_id for ids in written for result_id in ids}
    assert len(listed) == 160


def test_log_loses_no_acknowledged_record_when_its_process_is_killed(sqlite_path: Path) -> None:
    with start_writer(sqlite_path, 1_000_000) as writer:
        acknowledged = read_lines(writer, 50)
        writer.kill()
        acknowledged += [line for line in read_lines(writer) if len(line) == len(acknowledged[0])]

    with closing(SqliteResultLog(str(sqlite_path))) as log:
        assert all(log.read(result_id) for result_id in acknowledged)
        with closing(sqlite3.connect(sqlite_path)) as connection:
            assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)


def test_log_is_set_up_to_outlive_its_process_and_to_overwrite_what_is_deleted(
    sqlite_log: SqliteResultLog,
) -> None:
    normal, on = 1, 1

    with sqlite_log._database.read() as connection:
        assert connection.execute("PRAGMA journal_mode").fetchone() == ("wal",)
        assert connection.execute("PRAGMA synchronous").fetchone() == (normal,)
        assert connection.execute("PRAGMA secure_delete").fetchone() == (on,)


def test_log_opens_again_where_it_is_asked_after_closing(sqlite_path: Path) -> None:
    log = SqliteResultLog(str(sqlite_path))
    record = make_record()
    log.write([record])

    log.close()
    log.close()

    with closing(log):
        assert log.read(record.result_id) == record
