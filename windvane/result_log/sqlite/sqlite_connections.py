"""Connections to one SQLite file, which follow it when it is deleted or replaced."""

import sqlite3
import threading
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path

from windvane.result_log.errors import ResultLogOpenError, ResultLogUnavailableError
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
from windvane.result_log.time_limits import WRITE_SECONDS

AUTOCHECKPOINT_PAGES = 16_000
"""Pages of the write-ahead log from which a request copies it into the file, if the thread of
`BackgroundCheckpoints` cannot. SQLite's default is 1,000."""


class _Place:
    """Where a connection is kept.

    Attributes:
        connection: Set if ``file`` is.
        file: What it is open to; None if there is no connection.
        busy_seconds: Its busy timeout.
    """

    connection: sqlite3.Connection
    file: FileId | None = None
    busy_seconds: float = OPEN_SECONDS


class _PlaceOfThread(threading.local, _Place):
    """A place for each thread."""


class SqliteConnections:
    """Connections to the file that has the name now: one per thread that reads, and two others.

    Only one connection writes, whichever thread uses it: SQLite drops what a connection has cached
    when another one has written. One is for checkpoints, beside which the first can write.

    Attributes:
        mark: The number by which `sqlite_schema` tells databases apart, of this one.
        on_leaving: Called with the connection that writes, when another file is opened.
    """

    mark: int

    def __init__(self, path: Path) -> None:
        """Create the file if it is missing; leave no connection open.

        Args:
            path: An absolute path.

        Raises:
            ResultLogOpenError: The file cannot be opened, is not a result log, or is of a newer
                version.
        """
        self._path = path
        self._name = str(path)
        self._reading = _PlaceOfThread()
        self._writing = _Place()
        self._checkpointing = _Place()
        self._is_copying = False
        self._connections: list[sqlite3.Connection] = []
        self._reopening = threading.Lock()
        self._companions: set[FileId] = set()
        self._state: FileState | None = None
        self._file: FileId | None = None
        self._mark: int | None = None
        self.on_leaving: Callable[[sqlite3.Connection], None] = lambda _: None
        self._open(OPEN_SECONDS)

    def get_reader(self, busy_seconds: float) -> sqlite3.Connection:
        """Return this thread's connection to the file that is there now.

        Args:
            busy_seconds: How long SQLite waits for the locks of others.

        Raises:
            ResultLogUnavailableError: The file cannot be opened again, or was overwritten.
            sqlite3.Error: SQLite failed.
        """
        return self._get(self._reading, busy_seconds)

    def get_writer(self, busy_seconds: float) -> sqlite3.Connection:
        """Return the connection that writes, for one thread at a time; see `get_reader`."""
        return self._get(self._writing, busy_seconds)

    @contextmanager
    def checkpoint(self, busy_seconds: float) -> Iterator[sqlite3.Connection]:
        """Yield the connection for checkpoints, for one thread at a time; see `get_reader`.

        Until the block ends a changed file is not checked: it is this connection that changes it.
        """
        connection = self._get(self._checkpointing, busy_seconds)
        self._is_copying = True
        try:
            yield connection
        finally:
            self._is_copying = False

    def is_writer_current(self) -> bool:
        """Return whether the connection that writes is open to the file that has the name now.

        Raises:
            ResultLogUnavailableError: It is, but its contents are not this log's any more.
        """
        state = read_state(self._name)
        if state is None or state[:2] != self._writing.file:
            return False
        if state != self._state:  # no connection is needed to check it
            with self._reopening:
                self._follow(self._writing)
        return True

    def check_place(self) -> None:
        """Check that what has just been written is in the file that has the name.

        Raises:
            ResultLogUnavailableError: It is in a file that was deleted or replaced meanwhile.
        """
        if read_id(self._name) != self._writing.file:
            raise ResultLogUnavailableError("sqlite: the file was deleted or replaced meanwhile")

    def close(self) -> None:
        """Close every connection."""
        for connection in self._connections:
            connection.close()
        self._connections.clear()
        self._reading = _PlaceOfThread()
        self._writing = _Place()
        self._checkpointing = _Place()

    def _get(self, place: _Place, busy_seconds: float) -> sqlite3.Connection:
        state = read_state(self._name)
        if state is None or state != self._state:
            with self._reopening:
                state = self._follow(place)
        if place.file != state[:2]:
            self._replace_connection(place, state[:2])
        if place.busy_seconds != busy_seconds:
            place.connection.execute(f"PRAGMA busy_timeout = {int(busy_seconds * 1000)}")
            place.busy_seconds = busy_seconds
        return place.connection

    def _open(self, seconds: float) -> None:
        try:
            make_file(self._path)
            with closing(self._connect()) as connection:
                prepare(connection, self._path, seconds)
                [self.mark] = connection.execute("PRAGMA application_id").fetchone()
            self._state = read_state(self._name)
            self._file = self._state and self._state[:2]
        except (OSError, sqlite3.Error) as error:
            raise ResultLogOpenError(
                f"The result log {self._path} cannot be opened: {error}"
            ) from error
        self._mark = None
        with suppress(ResultLogUnavailableError):  # a checkpoint of another process was cut off
            self._mark = read_mark(self._path)

    def _replace_connection(self, place: _Place, file: FileId) -> None:
        if place.file is not None:
            place.file = None
            place.connection.close()
            self._connections.remove(place.connection)
        connection = self._connect()
        try:
            connection.execute("SELECT 1 FROM results LIMIT 1").fetchall()  # opens the companions
        except sqlite3.Error:
            connection.close()
            self._state = None  # it was replaced after it was opened
            raise
        self._companions |= list_companions(self._path)
        self._connections.append(connection)
        place.connection, place.file, place.busy_seconds = connection, file, OPEN_SECONDS

    def _follow(self, place: _Place) -> FileState:
        """Open the file again if it was deleted or replaced; check it if it was changed.

        Args:
            place: Of the thread that needs a connection.

        Raises:
            ResultLogUnavailableError: It cannot be opened, or its contents are not this log's.
        """
        state = read_state(self._name)
        if state is None or self._state is None or state[:2] != self._state[:2]:
            self._reopen(place)
        elif state != self._state and not self._is_copying:
            mark = read_mark(self._path)
            if self._mark not in {None, mark}:
                raise ResultLogUnavailableError("sqlite: the file was overwritten by another")
            self._state, self._mark = state, mark
        if self._state is None:
            raise ResultLogUnavailableError("sqlite: the file was deleted again")
        return self._state

    def _reopen(self, place: _Place) -> None:
        # Imported late: the commands that read a log start without it.
        from windvane.observability import logger

        if self._writing.file is not None:
            with suppress(sqlite3.Error, ResultLogUnavailableError):
                self.on_leaving(self._writing.connection)
        for each in (place, self._writing):
            if each.file is not None:
                with suppress(sqlite3.Error):  # a file that was moved away gets what it lacks
                    each.connection.execute("PRAGMA wal_checkpoint(PASSIVE)")
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

    def _connect(self) -> sqlite3.Connection:
        # SQLite would create a missing file readable by everybody. Several threads use the
        # connection that writes, one at a time, and any thread may close a connection.
        connection = sqlite3.connect(
            f"{self._path.as_uri()}?mode=rw",
            uri=True,
            isolation_level=None,
            check_same_thread=False,
            timeout=OPEN_SECONDS,
        )
        connection.execute("PRAGMA synchronous = NORMAL")
        connection.execute("PRAGMA secure_delete = ON")
        connection.execute("PRAGMA temp_store = MEMORY")  # no text in a file of another place
        connection.execute(f"PRAGMA wal_autocheckpoint = {AUTOCHECKPOINT_PAGES}")
        connection.text_factory = _decode
        return connection


def _decode(value: bytes) -> str | bytes:
    """Decode a text; one that is not UTF-8 stays bytes. SQLite's error would repeat it."""
    try:
        return value.decode()
    except UnicodeDecodeError:
        return value
