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
    """Connections to one file, one per thread; SQLite's errors become result log errors.

    With ``synchronous=NORMAL`` a commit survives a crash of the process. A power cut may lose the
    last commits but does not corrupt the file. Deleted content is overwritten.
    """

    def __init__(self, path: Path) -> None:
        """Create the file if it is missing, readable only by its owner.

        No connection stays open, since SQLite connections must not be carried across a fork.

        Raises:
            ResultLogOpenError: The file cannot be opened, is not a result log, or is of a newer
                version.
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
        """Yield this thread's connection.

        Raises:
            ResultLogUnavailableError: SQLite failed, or was locked for too long.
        """
        with _translate_errors():
            yield self._get_connection(READ_SECONDS)

    @contextmanager
    def write(self, seconds: float = WRITE_SECONDS) -> Iterator[sqlite3.Connection]:
        """Yield this thread's connection in a transaction, committed at the end of the block.

        Args:
            seconds: How long to wait for other writers.

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
        """Checkpoint and truncate the write-ahead log, so that it holds no deleted content.

        Raises:
            ResultLogUnavailableError: Other connections read or wrote for too long.
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
        """Wait only briefly, so that other threads can write in between."""
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
        # Another thread may close it, but never uses it.
        connection = sqlite3.connect(self._path, isolation_level=None, check_same_thread=False)
        connection.execute("PRAGMA synchronous = NORMAL")
        connection.execute("PRAGMA secure_delete = ON")
        connection.text_factory = _decode
        return connection


def _decode(value: bytes) -> str | bytes:
    """Decode a text; one that is not UTF-8 stays bytes. SQLite's error would repeat it."""
    try:
        return value.decode()
    except UnicodeDecodeError:
        return value


@contextmanager
def _translate_errors() -> Iterator[None]:
    try:
        yield
    except sqlite3.Error as error:
        raise ResultLogUnavailableError(f"sqlite: {error}") from error
