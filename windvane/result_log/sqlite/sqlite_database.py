"""One SQLite file, for several threads and processes at once."""

import sqlite3
import threading
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from windvane.result_log.errors import ResultLogOpenError, ResultLogUnavailableError
from windvane.result_log.fair_lock import FairLock
from windvane.result_log.sqlite.sqlite_schema import make_file, prepare
from windvane.result_log.sqlite.sqlite_writing import begin, commit_or_roll_back
from windvane.result_log.time_limits import READ_SECONDS, WRITE_SECONDS

BUSY_SECONDS = 0.01
PAUSE_SECONDS = 0.001


class SqliteDatabase:
    """Connections to one file, one a thread; a fault of SQLite is a fault of the log.

    With ``synchronous=NORMAL`` what was acknowledged outlives the process, however it ends. A power
    cut may take the last commits, and leaves the file whole. What is deleted is overwritten.
    """

    def __init__(self, path: Path) -> None:
        """Make the file, where there is none, readable by its owner alone.

        No connection is kept open: one must not pass to a process that is forked off.

        Raises:
            ResultLogOpenError: The file cannot be opened, is no result log, or a newer one.
        """
        self._path = path.absolute()
        self._local = threading.local()
        self._connections: list[sqlite3.Connection] = []
        self._writing = FairLock()
        try:
            make_file(self._path)
            with closing(self._connect()) as connection:
                prepare(connection, self._path)
        except (OSError, sqlite3.Error) as error:
            raise ResultLogOpenError(f"The result log {path} cannot be opened: {error}") from error

    @contextmanager
    def read(self) -> Iterator[sqlite3.Connection]:
        """Give the thread's connection.

        Raises:
            ResultLogUnavailableError: SQLite failed, or was locked for too long.
        """
        with _translate_errors():
            yield self._get_connection(READ_SECONDS)

    @contextmanager
    def write(self, seconds: float = WRITE_SECONDS) -> Iterator[sqlite3.Connection]:
        """Give the thread's connection in a transaction, which the end of the block commits.

        Args:
            seconds: How long to wait for others that write.

        Raises:
            ResultLogUnavailableError: SQLite failed, or was locked for too long.
        """
        deadline = time.monotonic() + seconds
        with self._wait_to_write(seconds), _translate_errors():
            connection = self._get_connection(0)
            begin(connection, deadline)
            with commit_or_roll_back(connection):
                yield connection

    def erase_deleted(self) -> None:
        """Take what was deleted out of the write-ahead log too: move it all into the file.

        Raises:
            ResultLogUnavailableError: Others kept reading or writing for too long.
        """
        deadline = time.monotonic() + READ_SECONDS
        while not self._try_to_empty_log():
            if time.monotonic() >= deadline:
                raise ResultLogUnavailableError("sqlite: others read what is to be erased")
            time.sleep(PAUSE_SECONDS)

    def close(self) -> None:
        """Close every connection."""
        for connection in self._connections:
            connection.close()
        self._connections.clear()
        self._local = threading.local()

    def _try_to_empty_log(self) -> bool:
        """Wait a moment only: answers are to be recorded in the meantime."""
        with self._wait_to_write(READ_SECONDS), _translate_errors():
            connection = self._get_connection(BUSY_SECONDS)
            [is_busy, *_] = connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
        return not is_busy

    @contextmanager
    def _wait_to_write(self, seconds: float) -> Iterator[None]:
        if not self._writing.acquire(seconds):
            raise ResultLogUnavailableError("sqlite: others have been writing for too long")
        try:
            yield
        finally:
            self._writing.release()

    def _get_connection(self, busy_seconds: float) -> sqlite3.Connection:
        if not hasattr(self._local, "connection"):
            self._local.connection = self._connect()
            self._connections.append(self._local.connection)
        connection: sqlite3.Connection = self._local.connection
        connection.execute(f"PRAGMA busy_timeout = {int(busy_seconds * 1000)}")
        return connection

    def _connect(self) -> sqlite3.Connection:
        # Another thread than its own closes it, never uses it.
        connection = sqlite3.connect(self._path, isolation_level=None, check_same_thread=False)
        connection.execute("PRAGMA synchronous = NORMAL")
        connection.execute("PRAGMA secure_delete = ON")
        return connection


@contextmanager
def _translate_errors() -> Iterator[None]:
    try:
        yield
    except sqlite3.Error as error:
        raise ResultLogUnavailableError(f"sqlite: {error}") from error
