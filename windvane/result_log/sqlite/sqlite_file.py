"""Whether the file of a database is still the one that was opened.

SQLite does not notice: its connections go on with a deleted file, and with what they have cached of
one that was overwritten.
"""

import fcntl
import os
import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path

from windvane.result_log.errors import ResultLogUnavailableError
from windvane.result_log.sqlite.sqlite_schema import SCHEMA_VERSION

COMPANIONS = ("-wal", "-shm")
"""Suffixes of the write-ahead log and its index."""


CHECKPOINT_SECONDS = 0.25
"""How long another process may take to write the pages of a checkpoint."""

PAUSE_SECONDS = 0.002

FileId = tuple[int, int]
"""Device and inode: a file, whatever its name."""

FileState = tuple[int, int, int, int]
"""Device, inode, size and time of the last change: in WAL mode, only checkpoints change a file."""


def read_id(path: str) -> FileId | None:
    """Find out which file has a name; None if none has."""
    try:
        stat = os.stat(path)  # noqa: PTH116 - for each write; a Path takes longer
    except OSError:
        return None
    return stat.st_dev, stat.st_ino


def read_state(path: str) -> FileState | None:
    """Read the state of a file; None if there is none."""
    try:
        stat = os.stat(path)  # noqa: PTH116 - for each read and write
    except OSError:
        return None
    return stat.st_dev, stat.st_ino, stat.st_size, stat.st_ctime_ns


def read_mark(path: Path) -> int | None:
    """Read the number by which `sqlite_schema` tells databases apart, from the file alone.

    Returns:
        None as long as the schema is only in the write-ahead log.

    Raises:
        ResultLogUnavailableError: The file is no result log, or one of a newer version.
    """
    try:
        version, mark = _read_header_in_time(path)
    except sqlite3.Error as error:
        raise ResultLogUnavailableError(f"sqlite: the file was overwritten: {error}") from error
    # An earlier one: the migration is in the write-ahead log, as a new schema is at first.
    if not 0 <= version <= SCHEMA_VERSION:
        raise ResultLogUnavailableError("sqlite: the file was overwritten by another version's")
    return mark if version else None


def _read_header_in_time(path: Path) -> tuple[int, int]:
    """Read the header, after the checkpoint that is being written.

    A checkpoint writes the first page before the last: in between, the file is too short for its
    header. It stays so if its process is killed, until another checkpoint.
    """
    deadline = time.monotonic() + CHECKPOINT_SECONDS
    while True:
        try:
            return _read_header(path)
        except sqlite3.Error as error:
            if error.sqlite_errorcode != sqlite3.SQLITE_CORRUPT or time.monotonic() >= deadline:
                raise
        with (
            suppress(sqlite3.Error),
            closing(sqlite3.connect(f"{path.as_uri()}?mode=rw", uri=True)) as connection,
        ):
            connection.execute("PRAGMA wal_checkpoint(PASSIVE)")
        time.sleep(PAUSE_SECONDS)


def _read_header(path: Path) -> tuple[int, int]:
    # Opened by SQLite: to close the file here would drop this process's locks on it.
    with closing(sqlite3.connect(f"{path.as_uri()}?immutable=1", uri=True)) as connection:
        [version] = connection.execute("PRAGMA user_version").fetchone()
        [mark] = connection.execute("PRAGMA application_id").fetchone()
    return version, mark


def list_companions(path: Path) -> set[FileId]:
    """List the write-ahead log and its index, if they are there."""
    ids = (read_id(f"{path}{suffix}") for suffix in COMPANIONS)
    return {file for file in ids if file is not None}


def remove_companions(path: Path, known: set[FileId]) -> None:
    """Remove a write-ahead log and an index that belong to a deleted file.

    The next database of this name would read them, and its connections share an index with those of
    the deleted one.
    """
    for suffix in COMPANIONS:
        if read_id(f"{path}{suffix}") in known:
            with suppress(FileNotFoundError):
                Path(f"{path}{suffix}").unlink()


@contextmanager
def hold_folder(folder: Path) -> Iterator[None]:
    """Keep other processes out, which replace the files of a database at the same time.

    Raises:
        OSError: The folder cannot be opened.
    """
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)
