"""The result log in one SQLite file, for the local server."""

import sqlite3
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager, suppress
from pathlib import Path

import msgspec

from windvane.result_log.errors import ResultLogUnavailableError
from windvane.result_log.idempotency_records import IdempotencyRecords
from windvane.result_log.query import Deletion, ResultPage, ResultQuery
from windvane.result_log.record import ResultRecord
from windvane.result_log.result_id import read_created_ms
from windvane.result_log.sqlite.sqlite_database import SqliteDatabase
from windvane.result_log.sqlite.sqlite_idempotency import SqliteIdempotencyRecords
from windvane.result_log.sqlite.sqlite_inbox import Inbox
from windvane.result_log.sqlite.sqlite_rows import (
    COLUMNS,
    Row,
    read_page,
    to_deletion,
    to_record,
    to_statement,
)
from windvane.result_log.time_limits import READ_SECONDS, WRITE_SECONDS

GET = f"SELECT {COLUMNS} FROM results WHERE result_id = ? AND expires_at > ?"  # noqa: S608 - our own names
GET_OF_CLIENT = f"{GET} AND client = ?"
PURGED_AT_ONCE = 1000
"""A small number, so that other writers do not wait long."""

DELETED_AT_ONCE = 1000

PURGES = [
    f"DELETE FROM {table} WHERE rowid IN "  # noqa: S608 - our own names
    f"(SELECT rowid FROM {table} WHERE expires_at <= ? LIMIT {PURGED_AT_ONCE})"
    for table in ("results", "kept_answers")
]

PURGE_EVERY_SECONDS = 600
PURGE_AGAIN_SECONDS = 10
"""How soon a purge that failed is tried again."""

PURGE_WAIT_SECONDS = 0.02
"""How long a purge, for which a request waits, waits for other writers."""

OPEN_PURGE_SECONDS = 1.0


class SqliteResultLog:
    """Stores records in a file that only its owner may read.

    A deleted record is overwritten in the file and removed from the write-ahead log.
    """

    def __init__(self, path: Path | str) -> None:
        """Open the file and remove expired records.

        Raises:
            ResultLogOpenError: It cannot be opened, is not a result log, or is newer than this
                version.
        """
        self._database = SqliteDatabase(Path(path))
        self._inbox = Inbox(self._database)
        self.idempotency_records: IdempotencyRecords = SqliteIdempotencyRecords(self._database)
        self._purging = threading.Lock()
        self._next_purge = time.monotonic() + PURGE_EVERY_SECONDS
        self._purge_at_open()
        self.close()

    def write(self, records: Sequence[ResultRecord]) -> None:
        """Store all records or none."""
        self._inbox.append(records, WRITE_SECONDS)
        self._purge_if_due()

    def read(self, result_id: str, *, client: str | None = None) -> ResultRecord | None:
        """Look up a record."""
        read_created_ms(result_id)
        self._inbox.empty(READ_SECONDS)
        with self._database.read() as connection:
            row = _find(connection, result_id, client)
        self._purge_if_due()
        return to_record(row) if row else None

    def list(self, query: ResultQuery) -> ResultPage:
        """List records, newest first."""
        statement, values = to_statement(query)
        self._inbox.empty(READ_SECONDS)
        # A cursor that is not read to its end is closed, or its snapshot would stay.
        with (
            self._database.read() as connection,
            closing(connection.execute(statement, values)) as rows,
        ):
            page = read_page(rows, query.limit)
        self._purge_if_due()
        return page

    def delete(self, result_id: str, *, client: str | None = None) -> bool:
        """Erase a record."""
        read_created_ms(result_id)
        with self._change_rows(READ_SECONDS) as connection:
            is_there = _find(connection, result_id, client) is not None
            if is_there or client is None:  # an expired one goes too
                connection.execute("DELETE FROM results WHERE result_id = ?", (result_id,))
        # Even if nothing was deleted: this may be the retry of a deletion that was interrupted.
        self._database.erase_deleted()
        return is_there

    def delete_matching(self, query: ResultQuery, seconds: float) -> Deletion:
        """Erase all records of a query, some at a time, so that others can write in between."""
        deadline = time.monotonic() + seconds
        statement, values = to_deletion(query, DELETED_AT_ONCE)
        deleted = 0
        while True:
            with self._change_rows(READ_SECONDS) as connection:
                count = connection.execute(statement, values).rowcount
            deleted += count
            is_last = count < DELETED_AT_ONCE
            if is_last or time.monotonic() >= deadline:
                break
        self._database.erase_deleted()
        return Deletion(deleted, remaining=not is_last)

    def set_feedback(
        self, result_id: str, label: str, *, client: str | None = None
    ) -> ResultRecord | None:
        """Store which label is right."""
        read_created_ms(result_id)
        with self._change_rows(READ_SECONDS) as connection:
            row = _find(connection, result_id, client)
            record = to_record(row) if row else None
            if record:
                changed = "UPDATE results SET feedback_label = ? WHERE result_id = ?"
                connection.execute(changed, (label, result_id))
        return msgspec.structs.replace(record, feedback_label=label) if record else None

    def read_subject_key(self) -> bytes:
        """Return the key that the file keeps."""
        with self._database.read() as connection:
            row = connection.execute("SELECT key FROM subject_key").fetchone()
        if not row or not isinstance(row[0], bytes):
            raise ResultLogUnavailableError("sqlite: the key for subjects is damaged")
        return row[0]

    def close(self) -> None:
        """Close every connection, with all records where others find them."""
        self._inbox.close()
        self._database.close()

    @contextmanager
    def _change_rows(self, seconds: float) -> Iterator[sqlite3.Connection]:
        """Yield the connection that writes, in a transaction, after all records were stored."""
        self._inbox.empty(seconds)
        with self._database.write(seconds) as connection:
            yield connection

    def _purge_at_open(self) -> None:
        """Remove expired records, for `OPEN_PURGE_SECONDS` at most; the next calls go on."""
        deadline = time.monotonic() + OPEN_PURGE_SECONDS
        with suppress(ResultLogUnavailableError):
            while self._purge():
                if time.monotonic() >= deadline:
                    self._next_purge = deadline
                    return

    def _purge_if_due(self) -> None:
        """Remove some expired records, at most once in `PURGE_EVERY_SECONDS` where there are few.

        Expired records are never shown, so a failed purge can wait for the next one.
        """
        now = time.monotonic()
        if now < self._next_purge:  # without the lock, for each write
            return
        with self._purging:
            if now < self._next_purge:
                return
            self._next_purge = now + PURGE_AGAIN_SECONDS
        with suppress(ResultLogUnavailableError):
            self._next_purge = now if self._purge() else now + PURGE_EVERY_SECONDS

    def _purge(self) -> bool:
        """Remove some expired records; return whether there may be more."""
        with self._change_rows(PURGE_WAIT_SECONDS) as connection:
            removed = [connection.execute(purge, (time.time(),)).rowcount for purge in PURGES]
        if any(removed):
            self._database.erase_deleted(0)
        return max(removed) == PURGED_AT_ONCE


def _find(connection: sqlite3.Connection, result_id: str, client: str | None) -> Row | None:
    """Find the row of a record that has not expired, and is a client's if one is given."""
    found = (
        connection.execute(GET, (result_id, time.time()))
        if client is None
        else connection.execute(GET_OF_CLIENT, (result_id, time.time(), client))
    )
    row: Row | None = found.fetchone()
    return row
