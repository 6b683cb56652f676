"""The inbox: records that SQLite does not have yet, in a file beside it.

A transaction costs a request far more than the line that it appends here, which survives the end of
the process as well. SQLite takes the records many at a time, and all of them before anybody reads,
changes or deletes one.
"""

import sqlite3
import threading
import time
from collections.abc import Callable, Sequence
from contextlib import suppress

import msgspec

from windvane.result_log.errors import ResultLogUnavailableError
from windvane.result_log.record import ResultRecord
from windvane.result_log.sqlite.sqlite_database import SqliteDatabase
from windvane.result_log.sqlite.sqlite_inbox_file import InboxFile
from windvane.result_log.sqlite.sqlite_rows import COLUMNS, FIELDS, Row, to_row
from windvane.result_log.sqlite.sqlite_writing import begin, commit_or_roll_back
from windvane.result_log.time_limits import READ_SECONDS

ROWS = 100
"""Records that SQLite takes at a time; a text counts for one each `CHARS`. It takes a few
milliseconds, in which requests cannot write."""

CHARS = 1000

WAIT_SECONDS = 1.0
"""How long a record waits for others."""

RETRY_SECONDS = 10.0
"""How soon SQLite is tried again after it failed, unless `ROWS` more come."""

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
        self._file = InboxFile(database.path)
        self._rows = 0
        self._closes = 0
        self._has_failed = False  # SQLite, when it was last to take records
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
        line = b"\n%b\n" % msgspec.json.encode((mark, records))
        self._file.append(line, deadline, waits_for_room=not self._has_failed)
        self._count(records)

    def empty(self, seconds: float) -> None:
        """Have SQLite take all records.

        Args:
            seconds: How long to wait for others.

        Raises:
            ResultLogUnavailableError: SQLite failed, or others wrote for too long.
        """
        if not self._file.measure():
            return
        deadline = time.monotonic() + seconds
        with self._file.emptying(deadline) as read, self._database.write(seconds) as connection:
            self._insert(connection, read)

    def close(self) -> None:
        """Empty the inbox, if it can be, and remove it."""
        self._closes += 1
        self._is_due.set()
        with self.running, suppress(ResultLogUnavailableError):
            self._is_due.clear()
            self.empty(READ_SECONDS)
            self._file.remove_empty()
        self._file.close()

    def _empty_into(self, connection: sqlite3.Connection) -> None:
        """Empty the inbox into a file that was moved away, or deleted."""
        deadline = time.monotonic() + READ_SECONDS
        try:
            with self._file.emptying(deadline, is_named=False) as read:
                begin(connection, deadline)
                with commit_or_roll_back(connection):
                    others = self._insert(connection, read, is_left=True)
                if others:  # of the next file, which another process has opened: they stay
                    raise ResultLogUnavailableError("sqlite: the inbox is another file's")
        finally:
            self._file.close()  # it may have been moved too

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
            if closes != self._closes or not self._file.measure():
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
            self._has_failed = True
        else:
            self._has_failed = False
        return not self._has_failed


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
