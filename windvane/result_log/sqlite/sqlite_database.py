"""One SQLite file, for several threads and processes at once."""

import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from windvane.result_log.errors import ResultLogUnavailableError
from windvane.result_log.fair_lock import FairLock
from windvane.result_log.sqlite.sqlite_checkpoints import BUSY_SECONDS, BackgroundCheckpoints
from windvane.result_log.sqlite.sqlite_connections import SqliteConnections
from windvane.result_log.sqlite.sqlite_writing import begin, commit_or_roll_back
from windvane.result_log.time_limits import READ_SECONDS, WRITE_SECONDS

PAUSE_SECONDS = 0.001
WROTE_TOO_LONG = "sqlite: others have been writing for too long"


class SqliteDatabase:
    """Reads and writes one file; SQLite's errors become result log errors.

    With ``synchronous=NORMAL`` a commit survives a crash of the process. A power cut may lose the
    last commits but does not corrupt the file. Deleted content is overwritten.

    Attributes:
        path: The file.
        turn: Held by the thread of this process that writes.
    """

    def __init__(self, path: Path) -> None:
        """Create the file if it is missing, readable only by its owner.

        No connection stays open, since SQLite connections must not be carried across a fork.

        Raises:
            ResultLogOpenError: The file cannot be opened, is not a result log, or is of a newer
                version.
        """
        self.path = path.absolute()
        self._connections = SqliteConnections(self.path)
        self.turn = FairLock()
        self._checkpoints = BackgroundCheckpoints(self._connections, self.turn)

    @contextmanager
    def read(self) -> Iterator[sqlite3.Connection]:
        """Yield this thread's connection.

        Raises:
            ResultLogUnavailableError: SQLite failed, or was locked for too long.
        """
        with _translate_errors():
            yield self._connections.get_reader(READ_SECONDS)

    @contextmanager
    def write(self, seconds: float = WRITE_SECONDS) -> Iterator[sqlite3.Connection]:
        """Yield the connection that writes, in a transaction, committed at the end of the block.

        Args:
            seconds: How long to wait for other writers.

        Raises:
            ResultLogUnavailableError: SQLite failed, or was locked for too long.
        """
        deadline = time.monotonic() + seconds
        with self._wait_to_write(seconds), _translate_errors():
            connection = self._connections.get_writer(0)
            begin(connection, deadline)
            rows = connection.total_changes
            with commit_or_roll_back(connection):
                yield connection
            self._connections.check_place()
            self._checkpoints.count(connection.total_changes - rows)

    def follow_file(self, seconds: float) -> int:
        """Open the file again if it was deleted or replaced.

        Args:
            seconds: How long to wait for other writers if it was.

        Returns:
            The mark of the file that has the name now.

        Raises:
            ResultLogUnavailableError: It cannot be opened, or is not this log's any more.
        """
        if not self._connections.is_writer_current():
            with self._wait_to_write(seconds), _translate_errors():
                self._connections.get_writer(0)
        return self._connections.mark

    def on_leaving(self, act: Callable[[sqlite3.Connection], None]) -> None:
        """Set what is done, over a connection to it, with a file that was moved or deleted."""
        self._connections.on_leaving = act

    def erase_deleted(self, seconds: float = READ_SECONDS) -> None:
        """Checkpoint and truncate the write-ahead log, so that it holds no deleted content.

        Args:
            seconds: How long to try; with 0, once.

        Raises:
            ResultLogUnavailableError: Other connections read or wrote for too long.
        """
        with self._checkpoints.running:
            deadline = time.monotonic() + seconds
            while not self._try_to_empty_log():
                if time.monotonic() >= deadline:
                    raise ResultLogUnavailableError("sqlite: others read what is to be erased")
                time.sleep(PAUSE_SECONDS)

    def close(self) -> None:
        """Close every connection, after a checkpoint that runs."""
        with self._checkpoints.running:
            self._connections.close()

    def _try_to_empty_log(self) -> bool:
        """Wait only briefly, so that other threads can write in between."""
        with self._wait_to_write(READ_SECONDS), _translate_errors():
            connection = self._connections.get_writer(BUSY_SECONDS)
            [is_busy, *_] = connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
        return not is_busy

    @contextmanager
    def _wait_to_write(self, seconds: float) -> Iterator[None]:
        if not self.turn.acquire(seconds):
            raise ResultLogUnavailableError(WROTE_TOO_LONG)
        try:
            yield
        finally:
            self.turn.release()


@contextmanager
def _translate_errors() -> Iterator[None]:
    try:
        yield
    except sqlite3.Error as error:
        raise _to_log_error(error) from error


def _to_log_error(error: sqlite3.Error) -> ResultLogUnavailableError:
    return ResultLogUnavailableError(f"sqlite: {error}")
