"""The inbox: records that SQLite does not have yet, in a file beside it.

A transaction costs a request far more than the line that it appends here, which survives the end of
the process as well. SQLite takes the records many at a time, and all of them before anybody reads,
changes or deletes one.
"""

import fcntl
import os
import sqlite3
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress

import msgspec

from windvane.result_log.errors import ResultLogUnavailableError
from windvane.result_log.record import ResultRecord
from windvane.result_log.sqlite.sqlite_database import WROTE_TOO_LONG, SqliteDatabase
from windvane.result_log.sqlite.sqlite_file import read_id, read_state
from windvane.result_log.sqlite.sqlite_rows import COLUMNS, FIELDS, Row, to_row
from windvane.result_log.sqlite.sqlite_writing import begin, commit_or_roll_back
from windvane.result_log.time_limits import READ_SECONDS

SUFFIX = "-inbox"
"""Of the file's name, behind the database's."""

ROWS = 100
"""Records that SQLite takes at a time; a text counts for one each `CHARS`. It takes a few
milliseconds, in which requests cannot write."""

CHARS = 1000

WAIT_SECONDS = 1.0
"""How long a record waits for others."""

RETRY_SECONDS = 10.0
"""How soon SQLite is tried again after it failed, unless `ROWS` more come."""

MAX_BYTES = 4 * 1024 * 1024
"""So much is never there, unless SQLite fails again and again: ten thousand short texts, which it
takes in a few tenths of a second."""

PAUSE_SECONDS = 0.001

PUT = (
    f"INSERT INTO results ({COLUMNS}) VALUES ({', '.join('?' * len(FIELDS))}) "  # noqa: S608 - our own names
    "ON CONFLICT (result_id) DO NOTHING"
)
"""A process that ends between the commit and the emptying leaves records that are there already."""

_REFUSALS = (sqlite3.IntegrityError, OverflowError)
"""An operator's trigger or index can refuse a row; only a damaged inbox has too large a number."""

Line = tuple[int, list[ResultRecord]]
"""The records of one call, as JSON, behind the mark of their database. A line break is before it
too: what was written before may have been cut off."""

_decoder = msgspec.json.Decoder(Line)


class Inbox:
    """Keeps records until SQLite takes them.

    Attributes:
        running: Held while the thread runs in which SQLite takes them.
    """

    def __init__(self, database: SqliteDatabase) -> None:
        """Open no file and start no thread yet."""
        self.running = threading.Lock()
        self._database = database
        self._name = ""
        self._changing = threading.Lock()
        self._descriptor: int | None = None
        self._rows = 0
        self._closes = 0
        self._is_due = threading.Event()
        database.on_leaving(self._empty_into)

    def append(self, records: Sequence[ResultRecord], seconds: float) -> None:
        """Append all records, or none.

        Args:
            records: Records with ids that are not there.
            seconds: How long to wait for others.

        Raises:
            ResultLogUnavailableError: They cannot be written, or others wrote for too long.
        """
        deadline = time.monotonic() + seconds
        mark = self._database.follow_file(seconds)
        self._append(b"\n%b\n" % msgspec.json.encode((mark, records)), deadline)
        self._count(records)

    def empty(self, seconds: float) -> None:
        """Have SQLite take all records.

        Args:
            seconds: How long to wait for others.

        Raises:
            ResultLogUnavailableError: SQLite failed, or others wrote for too long.
        """
        if not self._measure():
            return
        deadline = time.monotonic() + seconds
        with self._emptying(deadline) as read, self._database.write(seconds) as connection:
            self._insert(connection, read)

    def close(self) -> None:
        """Empty the inbox, if it can be, and remove it."""
        self._closes += 1
        self._is_due.set()
        with self.running, suppress(ResultLogUnavailableError):
            self._is_due.clear()
            self.empty(READ_SECONDS)
            if self._descriptor is not None:
                with self._hold(fcntl.LOCK_EX, time.monotonic()) as (_, size):
                    if not size:
                        os.unlink(self._name)  # noqa: PTH108 - the name is no Path
        with self._changing:
            self._close()

    def _append(self, line: bytes, deadline: float) -> None:
        # As `_hold`, whose context manager takes as long as the writing.
        descriptor, size = self._lock(fcntl.LOCK_SH, deadline)
        try:
            written = 0 if size > MAX_BYTES else os.write(descriptor, line)
        except OSError as error:
            raise _to_log_error(error) from error
        finally:
            self._unlock(descriptor)
        if size > MAX_BYTES:
            raise ResultLogUnavailableError("sqlite: too many records wait to be stored")
        if written < len(line) - 1:  # the next line has a line break of its own
            raise ResultLogUnavailableError("sqlite: the disk is full")

    def _empty_into(self, connection: sqlite3.Connection) -> None:
        """Empty the inbox into a file that was moved away, or deleted."""
        deadline = time.monotonic() + READ_SECONDS
        try:
            with self._emptying(deadline, is_named=False) as read:
                begin(connection, deadline)
                with commit_or_roll_back(connection):
                    others = self._insert(connection, read, is_left=True)
                if others:  # of the next file, which another process has opened: they stay
                    raise ResultLogUnavailableError("sqlite: the inbox is another file's")
        finally:
            with self._changing:
                self._close()  # it may have been moved too

    def _insert(
        self, connection: sqlite3.Connection, read: Callable[[], bytes], *, is_left: bool = False
    ) -> int:
        """Have a file take its records; one that it refuses is left out.

        Args:
            connection: A connection to it, in a transaction.
            read: Reads the inbox.
            is_left: Whether another file has its name now.

        Returns:
            The records of another file.
        """
        mark: int = connection.execute("PRAGMA application_id").fetchone()[0]
        records: list[ResultRecord] = []
        cut_off = others = 0
        for line in filter(None, read().split(b"\n")):
            try:
                mark_of_line, records_of_line = _decoder.decode(line)
            except msgspec.MsgspecError:
                cut_off += 1
                continue
            if mark_of_line == mark:
                records += records_of_line
            else:
                others += len(records_of_line)
        refused = _put(connection, records)
        lost = 0 if is_left else others
        if cut_off or lost or refused:
            # Imported late, as by `SqliteConnections`.
            from windvane.observability import logger

            logger.error(
                "results left out", lines_cut_off=cut_off, of_another_file=lost, refused=refused
            )
        return others

    @contextmanager
    def _emptying(self, deadline: float, *, is_named: bool = True) -> Iterator[Callable[[], bytes]]:
        """Give a function that reads all; from then on nobody appends until the block has ended.

        The inbox is empty at the end of a block that did not raise: behind a commit.
        """
        with ExitStack() as stack:
            held: list[int] = []

            def read() -> bytes:
                descriptor, size = stack.enter_context(
                    self._hold(fcntl.LOCK_EX, deadline, is_named=is_named)
                )
                held.append(descriptor)
                return os.pread(descriptor, size, 0)

            yield read
            for descriptor in held:
                os.ftruncate(descriptor, 0)

    @contextmanager
    def _hold(
        self, mode: int, deadline: float, *, is_named: bool = True
    ) -> Iterator[tuple[int, int]]:
        """Do what the block does while the file is locked; see `_lock`."""
        descriptor, size = self._lock(mode, deadline, is_named=is_named)
        try:
            yield descriptor, size
        except OSError as error:
            raise _to_log_error(error) from error
        finally:
            self._unlock(descriptor)

    def _lock(self, mode: int, deadline: float, *, is_named: bool = True) -> tuple[int, int]:
        """Keep the other threads out, and other processes as `fcntl.flock` does in this mode.

        Args:
            mode: Of `fcntl.flock`.
            deadline: `time.monotonic` by which to give up.
            is_named: Whether a file that was moved away is of no use.

        Returns:
            A descriptor of the file, which is made if there is none, and its size in bytes.

        Raises:
            ResultLogUnavailableError: Others held it for too long, or it cannot be opened.
        """
        if not self._changing.acquire(timeout=max(deadline - time.monotonic(), 0)):
            raise ResultLogUnavailableError(WROTE_TOO_LONG)
        try:
            while True:
                if self._descriptor is None:
                    self._name = self._find_name()
                    self._descriptor = _open(self._name)
                _lock_in_time(self._descriptor, mode, deadline)
                state = os.fstat(self._descriptor)
                if not is_named or read_id(self._name) == (state.st_dev, state.st_ino):
                    return self._descriptor, state.st_size
                self._close()  # another process has removed it
        except OSError as error:
            self._changing.release()
            raise _to_log_error(error) from error
        except ResultLogUnavailableError:
            self._changing.release()
            raise

    def _unlock(self, descriptor: int) -> None:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_UN)
        except OSError:
            self._close()  # which unlocks it too
        finally:
            self._changing.release()

    def _close(self) -> None:
        if self._descriptor is not None:
            os.close(self._descriptor)
            self._descriptor = None

    def _measure(self) -> int:
        """Return the bytes of the file; 0 if there is none."""
        state = read_state(self._find_name())
        return state[2] if state else 0

    def _find_name(self) -> str:
        """Find the place beside the database itself, where SQLite has its write-ahead log too."""
        return f"{os.path.realpath(self._database.path)}{SUFFIX}"

    def _count(self, records: Sequence[ResultRecord]) -> None:
        """Count records, and start the thread that empties the inbox.

        Threads that count at the same time may lose some: SQLite takes them a little later.
        """
        self._rows += sum(1 + len(record.text or "") // CHARS for record in records)
        if self._rows >= ROWS:
            self._is_due.set()
        if not self.running.acquire(blocking=False):
            return
        try:
            threading.Thread(target=self._run, name="empty inbox", daemon=True).start()
        except RuntimeError:  # no thread can be started; whoever reads empties it
            self.running.release()

    def _run(self) -> None:
        """Empty the inbox each time that it is due, as long as there is something in it."""
        closes, seconds = self._closes, WAIT_SECONDS
        while True:
            self._is_due.wait(seconds)
            self._is_due.clear()
            self._rows = 0
            try:
                seconds = WAIT_SECONDS if self._try_to_empty() else RETRY_SECONDS
            finally:
                self.running.release()
            # What was appended in between found the thread running.
            if closes != self._closes or not self._measure():
                return
            if not self.running.acquire(blocking=False):
                return

    def _try_to_empty(self) -> bool:
        try:
            self.empty(READ_SECONDS)
        except ResultLogUnavailableError as error:
            # Imported late, as above. The records stay where they are.
            from windvane.observability import logger

            logger.error("results not stored yet", reason=str(error))
            return False
        return True


def _put(connection: sqlite3.Connection, records: Sequence[ResultRecord]) -> int:
    """Store records, and return how many SQLite refuses."""
    rows = list(map(to_row, records))
    try:
        connection.executemany(PUT, rows)
    except _REFUSALS:
        return sum(not _put_row(connection, row) for row in rows)
    return 0


def _put_row(connection: sqlite3.Connection, row: Row) -> bool:
    try:
        connection.execute(PUT, row)
    except _REFUSALS:
        return False
    return True


def _open(name: str) -> int:
    """Open the file, which is made if there is none: as readable as the database, as SQLite's."""
    flags = os.O_RDWR | os.O_APPEND | os.O_CREAT | os.O_NOFOLLOW
    descriptor = os.open(name, flags, 0o600)
    with suppress(OSError):  # it is somebody else's
        database = os.stat(name.removesuffix(SUFFIX))  # noqa: PTH116 - the name is no Path
        if os.fstat(descriptor).st_uid == os.geteuid():
            os.fchmod(descriptor, database.st_mode & 0o666)
        if os.geteuid() == 0:
            os.fchown(descriptor, database.st_uid, database.st_gid)
    return descriptor


def _lock_in_time(descriptor: int, mode: int, deadline: float) -> None:
    """Lock a file as soon as no other process has it.

    Raises:
        ResultLogUnavailableError: The deadline passed.
    """
    while True:
        try:
            fcntl.flock(descriptor, mode | fcntl.LOCK_NB)
        except BlockingIOError as error:
            if time.monotonic() >= deadline:
                raise ResultLogUnavailableError(WROTE_TOO_LONG) from error
            time.sleep(PAUSE_SECONDS)
        else:
            return


def _to_log_error(error: OSError) -> ResultLogUnavailableError:
    return ResultLogUnavailableError(f"sqlite: {error.strerror}")
