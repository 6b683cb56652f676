"""A database whose file is deleted, replaced or overwritten while it is in use."""

import shutil
import sqlite3
import stat
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

import pytest

from tests.conftest import REPOSITORY
from tests.log_lines import LogLines
from tests.windvane.result_log.records import MAKER, PREDICTION, empty_inbox, make_record
from tests.windvane.result_log.sqlite.test_sqlite_log import read_lines
from windvane.result_log.errors import ResultLogUnavailableError
from windvane.result_log.query import ResultQuery
from windvane.result_log.record import ResultRecord
from windvane.result_log.recorder import RecordedRequest, Recorder
from windvane.result_log.result_id import is_result_id
from windvane.result_log.sqlite.sqlite_log import SqliteResultLog

THREADS = 8
STUBBORN_WRITER = """
import pathlib, sys
from windvane.result_log.errors import ResultLogUnavailableError
from windvane.result_log.sqlite.sqlite_log import SqliteResultLog
from tests.windvane.result_log.records import make_record
log = SqliteResultLog(sys.argv[1])
settled = pathlib.Path(sys.argv[2])
print("ready", flush=True)
while True:
    is_settled = settled.exists()
    record = make_record()
    try:
        log.write([record])
    except ResultLogUnavailableError:
        continue
    if is_settled:
        print(record.result_id, flush=True)
"""
"""Names the records that it wrote after the file was deleted for the last time."""


def write_on(log: SqliteResultLog, count: int = 3) -> list[ResultRecord]:
    records = [make_record() for _ in range(count)]
    for record in records:
        log.write([record])
    return records


def list_ids(path: Path) -> set[str]:
    """List what a process finds that opens the file anew."""
    empty_inbox(path)
    with closing(sqlite3.connect(path)) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        return {row[0] for row in connection.execute("SELECT result_id FROM results")}


def delete_file(path: Path) -> None:
    path.unlink()


def delete_all_files(path: Path) -> None:
    for file in path.parent.glob(f"{path.name}*"):
        file.unlink()


def delete_folder(path: Path) -> None:
    shutil.rmtree(path.parent)


def move_away(path: Path) -> None:
    path.rename(path.with_name("moved.db"))


def replace_by_empty(path: Path) -> None:
    """Put an empty file in its place, as ``touch`` does after ``mv``."""
    path.with_name("empty").touch()
    path.with_name("empty").replace(path)


def replace_by_another_log(path: Path) -> None:
    other = path.with_name("other.db")
    SqliteResultLog(str(other)).close()
    other.replace(path)


GONE = [delete_file, delete_all_files, delete_folder, move_away]
REPLACED = [replace_by_empty, replace_by_another_log]


@pytest.mark.parametrize("act", [*GONE, *REPLACED])
def test_log_goes_on_in_a_new_file_and_says_so(
    sqlite_log: SqliteResultLog, sqlite_path: Path, act: Callable[[Path], None], log_lines: LogLines
) -> None:
    write_on(sqlite_log)

    act(sqlite_path)
    after = write_on(sqlite_log)

    listed = sqlite_log.list(ResultQuery()).results
    assert {record.result_id for record in listed} == {record.result_id for record in after}
    assert list_ids(sqlite_path) == {record.result_id for record in after}
    assert [line["message"] for line in log_lines()] == ["result log opened again"]


@pytest.mark.parametrize("act", GONE)
def test_new_file_is_for_its_owner_alone(
    sqlite_log: SqliteResultLog, sqlite_path: Path, act: Callable[[Path], None]
) -> None:
    write_on(sqlite_log)

    act(sqlite_path)
    write_on(sqlite_log)

    assert stat.S_IMODE(sqlite_path.stat().st_mode) == 0o600


@pytest.mark.parametrize("act", [*GONE, *REPLACED])
def test_reads_find_the_new_file(
    sqlite_log: SqliteResultLog, sqlite_path: Path, act: Callable[[Path], None]
) -> None:
    record = make_record()
    sqlite_log.write([record])

    act(sqlite_path)

    assert sqlite_log.read(record.result_id) is None
    assert sqlite_log.list(ResultQuery()).results == []
    assert not sqlite_log.delete(record.result_id)


@pytest.mark.parametrize("noticed_by", ["a write", "a read"])
def test_moved_file_has_all_that_was_recorded(
    sqlite_log: SqliteResultLog, sqlite_path: Path, noticed_by: str
) -> None:
    before = write_on(sqlite_log)

    move_away(sqlite_path)
    if noticed_by == "a read":
        assert sqlite_log.list(ResultQuery()).results == []
    write_on(sqlite_log)

    moved = list_ids(sqlite_path.with_name("moved.db"))
    assert moved == {record.result_id for record in before}


def test_restored_copy_is_read_and_goes_on(sqlite_log: SqliteResultLog, sqlite_path: Path) -> None:
    kept = write_on(sqlite_log)
    empty_inbox(sqlite_path)
    copy = sqlite_path.with_name("copy.db")
    with closing(sqlite3.connect(sqlite_path)) as connection:
        connection.execute("VACUUM INTO ?", (str(copy),))
    write_on(sqlite_log)

    copy.replace(sqlite_path)
    after = write_on(sqlite_log)

    listed = {record.result_id for record in sqlite_log.list(ResultQuery()).results}
    assert listed == {record.result_id for record in [*kept, *after]} == list_ids(sqlite_path)


def test_write_that_ends_in_a_deleted_file_is_an_error(
    sqlite_log: SqliteResultLog, sqlite_path: Path
) -> None:
    with (
        pytest.raises(ResultLogUnavailableError, match="deleted or replaced meanwhile"),
        sqlite_log._database.write(),
    ):
        sqlite_path.unlink()


def test_nothing_that_was_acknowledged_after_a_deletion_is_lost(
    sqlite_log: SqliteResultLog, sqlite_path: Path, tmp_path: Path
) -> None:
    stop = threading.Event()
    acknowledged: list[tuple[int, str]] = []
    deletions = 0

    def write() -> None:
        while not stop.is_set():
            record = make_record()
            epoch = deletions
            try:
                sqlite_log.write([record])
            except ResultLogUnavailableError:
                continue
            acknowledged.append((epoch, record.result_id))

    settled = tmp_path / "settled"
    command = [sys.executable, "-c", STUBBORN_WRITER, str(sqlite_path), str(settled)]
    with (
        ThreadPoolExecutor(THREADS) as pool,
        subprocess.Popen(command, cwd=REPOSITORY, stdout=subprocess.PIPE, text=True) as writer,
    ):
        read_lines(writer, 1)
        writing = [pool.submit(write) for _ in range(THREADS)]
        for _ in range(20):
            sqlite_path.unlink(missing_ok=True)
            deletions += 1
            stop.wait(0.02)
        settled.touch()
        lines = read_lines(writer, 100)  # log lines of its own among them
        deadline = time.monotonic() + 20
        while acknowledged[-1:] == [] or acknowledged[-1][0] != deletions:
            assert time.monotonic() < deadline
            stop.wait(0.01)
        stop.set()
        writer.kill()

    assert [future.result() for future in writing] == [None] * THREADS
    last = {result_id for epoch, result_id in acknowledged if epoch == deletions}
    others = {line for line in lines if is_result_id(line)}
    assert last
    assert others
    assert last | others <= list_ids(sqlite_path)


def overwrite_with_text(path: Path) -> None:
    path.write_text("xyzzy-private " * 10_000)


def overwrite_with_nothing(path: Path) -> None:
    path.write_bytes(b"")


def overwrite_with_another_database(path: Path) -> None:
    other = path.with_name("photos.db")
    with closing(sqlite3.connect(other)) as connection, connection:
        connection.execute("CREATE TABLE photos (name TEXT)")
    path.write_bytes(other.read_bytes())


def overwrite_with_another_log(path: Path) -> None:
    other = path.with_name("other.db")
    with closing(SqliteResultLog(str(other))) as log:
        write_on(log, 100)
    path.write_bytes(other.read_bytes())


OVERWRITTEN = [
    overwrite_with_text,
    overwrite_with_nothing,
    overwrite_with_another_database,
    overwrite_with_another_log,
]


@pytest.mark.parametrize("act", OVERWRITTEN)
def test_overwritten_file_is_an_error_until_it_is_deleted(
    sqlite_log: SqliteResultLog, sqlite_path: Path, act: Callable[[Path], None]
) -> None:
    [record] = write_on(sqlite_log, 1)

    act(sqlite_path)

    for _ in range(2):
        for call in (
            lambda: sqlite_log.write([make_record()]),
            lambda: sqlite_log.read(record.result_id),
            lambda: sqlite_log.list(ResultQuery()),
            lambda: sqlite_log.delete(record.result_id),
        ):
            with pytest.raises(ResultLogUnavailableError, match="overwritten") as caught:
                call()
            assert "xyzzy" not in str(caught.value)
    sqlite_path.unlink()
    after = write_on(sqlite_log)
    assert list_ids(sqlite_path) == {record.result_id for record in after}


def test_results_are_not_logged_where_the_file_was_overwritten(
    sqlite_log: SqliteResultLog, sqlite_path: Path
) -> None:
    write_on(sqlite_log)
    overwrite_with_text(sqlite_path)

    recorded = Recorder(sqlite_log, MAKER).record(
        ["good"], [PREDICTION], RecordedRequest(model="m", route="/r")
    )

    assert not recorded.logged


def test_log_is_unavailable_where_no_new_file_can_be_made(
    sqlite_log: SqliteResultLog, sqlite_path: Path
) -> None:
    write_on(sqlite_log)
    delete_folder(sqlite_path)
    sqlite_path.parent.touch()  # now a file

    with pytest.raises(ResultLogUnavailableError, match="sqlite"):
        sqlite_log.write([make_record()])

    sqlite_path.parent.unlink()
    after = write_on(sqlite_log)
    assert list_ids(sqlite_path) == {record.result_id for record in after}


def test_checkpoints_of_this_and_other_processes_are_no_change_of_the_contents(
    sqlite_log: SqliteResultLog, sqlite_path: Path, log_lines: LogLines
) -> None:
    for _ in range(5):
        write_on(sqlite_log)
        with closing(sqlite3.connect(sqlite_path)) as connection:
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    with closing(sqlite3.connect(sqlite_path, isolation_level=None)) as connection:
        connection.execute("VACUUM")
    write_on(sqlite_log)

    assert len(sqlite_log.list(ResultQuery()).results) == 18
    assert log_lines() == []


def test_log_of_an_earlier_version_has_no_mark_and_goes_on(sqlite_path: Path) -> None:
    SqliteResultLog(str(sqlite_path)).close()
    with closing(sqlite3.connect(sqlite_path, isolation_level=None)) as connection:
        connection.execute("PRAGMA application_id = 0")

    with closing(SqliteResultLog(str(sqlite_path))) as log:
        write_on(log)
        log.delete(make_record().result_id)  # which changes the file

        assert len(log.list(ResultQuery()).results) == 3


@pytest.mark.parametrize("name", ["a b%20?c#d.db", "sehr gut \U0001f600.db", "'\".db"])
def test_log_opens_whatever_the_name_of_its_file(tmp_path: Path, name: str) -> None:
    with closing(SqliteResultLog(str(tmp_path / name))) as log:
        write_on(log)

    assert [path.name for path in tmp_path.iterdir()] == [name]


BUSY_WRITER = """
import sys, time
from windvane.result_log.sqlite.sqlite_log import SqliteResultLog
from tests.windvane.result_log.records import make_record
log = SqliteResultLog(sys.argv[1])
for _ in range(60):
    log.write([make_record(text="x" * 3000) for _ in range(20)])
"""
"""Fills the write-ahead log so fast that it is written into the file again and again."""


def test_checkpoint_that_another_process_is_writing_is_no_damage(sqlite_path: Path) -> None:
    command = [sys.executable, "-c", BUSY_WRITER, str(sqlite_path)]

    writers = [
        subprocess.Popen(command, cwd=REPOSITORY, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        for _ in range(3)
    ]

    assert [writer.communicate()[0] for writer in writers] == [b""] * 3
    assert len(list_ids(sqlite_path)) == 3 * 60 * 20


def test_file_whose_checkpoint_was_cut_off_is_repaired(
    sqlite_log: SqliteResultLog, sqlite_path: Path
) -> None:
    records = write_on(sqlite_log)
    sqlite_log.delete(make_record().result_id)  # which writes all into the file
    later = write_on(sqlite_log, 40)
    empty_inbox(sqlite_path)
    header = bytearray(sqlite_path.read_bytes()[:100])
    header[28:32] = (1000).to_bytes(4)  # as if the last of 1,000 pages had not been written
    with sqlite_path.open("r+b") as file:
        file.write(header)

    after = write_on(sqlite_log)

    assert list_ids(sqlite_path) == {r.result_id for r in [*records, *later, *after]}
