"""One SQLite file, for several threads and processes at once."""

import sqlite3
import threading
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path

from windvane.result_log.errors import ResultLogOpenError, ResultLogUnavailableError
from windvane.result_log.fair_lock import FairLock
from windvane.result_log.sqlite.sqlite_file import (
    FileId,
    FileState,
    hold_folder,
    list_companions,
    read_id,
    read_mark,
    read_state,
    remove_companions,
)
from windvane.result_log.sqlite.sqlite_schema import OPEN_SECONDS, make_file, make_folder, prepare
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
        self._name = str(self._path)
        self._local = threading.local()
        self._connections: list[sqlite3.Connection] = []
        self._writing = FairLock()
        self._reopening = threading.Lock()
        self._companions: set[FileId] = set()
        self._state: FileState | None = None
        self._file: FileId | None = None
        self._mark: int | None = None
        self._open(OPEN_SECONDS)

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
            self._check_place()

    def erase_deleted(self, seconds: float = READ_SECONDS) -> None:
        """Checkpoint and truncate the write-ahead log, so that it holds no deleted content.

        Args:
            seconds: How long to try; with 0, once.

        Raises:
            ResultLogUnavailableError: Other connections read or wrote for too long.
        """
        deadline = time.monotonic() + seconds
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

    def _open(self, seconds: float) -> None:
        try:
            make_file(self._path)
            with closing(self._connect()) as connection:
                prepare(connection, self._path, seconds)
            self._state = read_state(self._name)
            self._file = self._state and self._state[:2]
        except (OSError, sqlite3.Error) as error:
            raise ResultLogOpenError(
                f"The result log {self._path} cannot be opened: {error}"
            ) from error
        self._mark = None
        with suppress(ResultLogUnavailableError):  # a checkpoint of another process was cut off
            self._mark = read_mark(self._path)

    def _get_connection(self, busy_seconds: float) -> sqlite3.Connection:
        """Return this thread's connection to the file that is there now."""
        state = read_state(self._name)
        if state is None or state != self._state:
            with self._reopening:
                state = self._follow()
        if getattr(self._local, "file", None) != state[:2]:
            self._replace_connection(state[:2])
        connection: sqlite3.Connection = self._local.connection
        connection.execute(f"PRAGMA busy_timeout = {int(busy_seconds * 1000)}")
        return connection

    def _replace_connection(self, file: FileId) -> None:
        if getattr(self._local, "file", None) is not None:
            self._local.file = None
            self._local.connection.close()
            self._connections.remove(self._local.connection)
        connection = self._connect()
        try:
            connection.execute("SELECT 1 FROM results LIMIT 1").fetchall()  # opens the companions
        except sqlite3.Error:
            connection.close()
            self._state = None  # it was replaced after it was opened
            raise
        self._companions |= list_companions(self._path)
        self._connections.append(connection)
        self._local.connection, self._local.file = connection, file

    def _follow(self) -> FileState:
        """Open the file again if it was deleted or replaced; check it if it was changed.

        Raises:
            ResultLogUnavailableError: It cannot be opened, or its contents are not this log's.
        """
        state = read_state(self._name)
        if state is None or self._state is None or state[:2] != self._state[:2]:
            self._reopen()
        elif state != self._state:
            mark = read_mark(self._path)
            if self._mark not in {None, mark}:
                raise ResultLogUnavailableError("sqlite: the file was overwritten by another")
            self._state, self._mark = state, mark
        if self._state is None:
            raise ResultLogUnavailableError("sqlite: the file was deleted again")
        return self._state

    def _reopen(self) -> None:
        # Imported late: the commands that read a log start without it.
        from windvane.observability import logger

        if getattr(self._local, "file", None) is not None:
            with suppress(sqlite3.Error):  # a file that was moved away gets what it lacks
                self._local.connection.execute("PRAGMA wal_checkpoint(PASSIVE)")
        try:
            make_folder(self._path)
            with hold_folder(self._path.parent):
                if read_id(self._name) != self._file:
                    remove_companions(self._path, self._companions)
                    self._companions = set()
                self._open(WRITE_SECONDS)
        except (OSError, ResultLogOpenError) as error:
            raise ResultLogUnavailableError(f"sqlite: {error}") from error
        logger.error("result log opened again", reason="its file was deleted or replaced")

    def _check_place(self) -> None:
        """Raise an error if what was written is in a file that nobody finds any more."""
        if read_id(self._name) != self._local.file:
            raise ResultLogUnavailableError("sqlite: the file was deleted or replaced meanwhile")

    def _connect(self) -> sqlite3.Connection:
        # SQLite would create a missing file readable by everybody. Another thread may close the
        # connection, but never uses it.
        connection = sqlite3.connect(
            f"{self._path.as_uri()}?mode=rw",
            uri=True,
            isolation_level=None,
            check_same_thread=False,
        )
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
