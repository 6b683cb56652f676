"""Write transactions on a file that other processes write too."""

import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager

PAUSE_SECONDS = 0.001


def begin(connection: sqlite3.Connection, deadline: float) -> None:
    """Begin a write transaction as soon as no other process, and no thread on it, has one.

    SQLite's own busy handler polls less and less often, and starves if others write all the time.

    Args:
        connection: A connection without a busy timeout.
        deadline: `time.monotonic` by which to give up.

    Raises:
        sqlite3.OperationalError: The deadline passed, or SQLite failed.
    """
    while True:
        try:
            connection.execute("BEGIN IMMEDIATE")
        except sqlite3.OperationalError as error:
            is_taken = connection.in_transaction or is_busy(error)
            if not is_taken or time.monotonic() >= deadline:
                raise
            time.sleep(PAUSE_SECONDS)
        else:
            return


@contextmanager
def commit_or_roll_back(connection: sqlite3.Connection) -> Iterator[None]:
    """Commit at the end of the block, or roll back if it raises."""
    try:
        yield
        connection.execute("COMMIT")
    finally:
        if connection.in_transaction:
            connection.execute("ROLLBACK")


def is_busy(error: sqlite3.Error) -> bool:
    """Return whether another connection holds the lock; the low byte is the primary error code."""
    return error.sqlite_errorcode & 0xFF == sqlite3.SQLITE_BUSY
