"""Checkpoints in a thread of their own, so that no request waits for the disk."""

import sqlite3
import threading
from contextlib import suppress

from windvane.result_log.errors import ResultLogUnavailableError
from windvane.result_log.fair_lock import FairLock
from windvane.result_log.sqlite.sqlite_connections import SqliteConnections
from windvane.result_log.time_limits import READ_SECONDS

ROWS = 1000
"""Rows after which the write-ahead log is copied into the file."""

MORE_PASSES = 4
"""Passes of a checkpoint after the first; with one client, most checkpoints need no more."""

BUSY_SECONDS = 0.01
"""How long a checkpoint waits for other processes, while the threads of this one wait for it."""


class BackgroundCheckpoints:
    """Runs a checkpoint each time that `ROWS` rows have been written, one at a time.

    Attributes:
        running: Held while a checkpoint runs.
    """

    def __init__(self, connections: SqliteConnections, turn: FairLock) -> None:
        """Start no thread yet.

        Args:
            connections: Gives the connection for checkpoints.
            turn: Held by the thread that writes.
        """
        self.running = threading.Lock()
        self._connections = connections
        self._turn = turn
        self._rows = 0

    def count(self, rows: int) -> None:
        """Count rows that were committed, and start a checkpoint if one is due.

        For the thread that holds the turn.
        """
        self._rows += rows
        if self._rows < ROWS or not self.running.acquire(blocking=False):
            return
        self._rows = 0
        try:
            threading.Thread(target=self._run, name="checkpoint").start()
        except RuntimeError:  # no thread can be started: SQLite's own checkpoints remain
            self.running.release()

    def _run(self) -> None:
        try:
            # Records whose checkpoint fails stay in the write-ahead log, and are read there.
            with suppress(sqlite3.Error, ResultLogUnavailableError):
                self._copy_all()
        finally:
            self.running.release()

    def _copy_all(self) -> None:
        """Copy the write-ahead log into the file, so that SQLite begins the log anew.

        It does so if the log is copied to its end. The first pass waits until the disk has the log,
        each further one copies what was written meanwhile. If others write all the time they have
        to wait for a last one, of a few pages.
        """
        with self._connections.checkpoint(BUSY_SECONDS) as connection:
            copied = _copy(connection, "PASSIVE")
            for _ in range(MORE_PASSES):
                before, copied = copied, _copy(connection, "PASSIVE")
                if copied <= before:  # nobody has written since, or the log has begun anew
                    return
            if self._turn.acquire(READ_SECONDS):
                try:
                    _copy(connection, "FULL")
                finally:
                    self._turn.release()


def _copy(connection: sqlite3.Connection, mode: str) -> int:
    """Run one pass of a checkpoint; return how many pages the write-ahead log had."""
    pages: int = connection.execute(f"PRAGMA wal_checkpoint({mode})").fetchone()[1]
    return pages
