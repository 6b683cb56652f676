"""Transactions that write, while other processes do so too."""

import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager

PAUSE_SECONDS = 0.001


def begin(connection: sqlite3.Connection, deadline: float) -> None:
    """Begin to write, as soon as no other process does.

    SQLite's own waiting looks ever less often, and misses its turn where others write without end.

    Args:
        connection: In no transaction.
        deadline: `time.monotonic` by which to give up.

    Raises:
        sqlite3.OperationalError: The deadline passed, or SQLite failed.
    """
    while True:
        try:
            connection.execute("BEGIN IMMEDIATE")
        except sqlite3.OperationalError as error:
            if not is_busy(error) or time.monotonic() >= deadline:
                raise
            time.sleep(PAUSE_SECONDS)
        else:
            return


@contextmanager
def commit_or_roll_back(connection: sqlite3.Connection) -> Iterator[None]:
    """Commit at the end of the block, or undo it where it fails."""
    try:
        yield
        connection.execute("COMMIT")
    finally:
        if connection.in_transaction:
            connection.execute("ROLLBACK")


def is_busy(error: sqlite3.Error) -> bool:
    """Say whether another has it locked; the low byte is the kind of error."""
    return error.sqlite_errorcode & 0xFF == sqlite3.SQLITE_BUSY
