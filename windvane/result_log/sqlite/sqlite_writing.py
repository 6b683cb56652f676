"""Write transactions on a file that other processes write too."""

import sqlite3
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

PAUSE_SECONDS = 0.001


def begin(connection: sqlite3.Connection, deadline: float) -> None:
    """Begin a write transaction as soon as no other process has one.

    Args:
        connection: A connection without an open transaction, and without a busy timeout.
        deadline: `time.monotonic` by which to give up.

    Raises:
        sqlite3.OperationalError: The deadline passed, or SQLite failed.
    """
    execute_when_free(connection, "BEGIN IMMEDIATE", (), deadline)


def execute_when_free(
    connection: sqlite3.Connection, statement: str, values: Sequence[object], deadline: float
) -> None:
    """Execute a statement that needs the write lock as soon as no other process has it.

    SQLite's own busy handler polls less and less often, and starves if others write all the time.

    Args:
        connection: As in `begin`.
        statement: Without a result, such as an INSERT, which is a transaction by itself.
        values: Of its parameters.
        deadline: As in `begin`.

    Raises:
        sqlite3.Error: The deadline passed, or SQLite failed. Nothing is written.
    """
    while True:
        try:
            connection.execute(statement, values)
        except sqlite3.OperationalError as error:
            if not is_busy(error) or time.monotonic() >= deadline:
                raise
            time.sleep(PAUSE_SECONDS)
        else:
            return


def insert_rows(
    connection: sqlite3.Connection,
    statement: str,
    rows: Sequence[Sequence[object]],
    deadline: float,
) -> None:
    """Insert all rows in one transaction, or none; a single row needs no transaction around it.

    Args:
        connection: As in `begin`.
        statement: An INSERT of one row.
        rows: The values of each.
        deadline: As in `begin`.

    Raises:
        sqlite3.Error: The deadline passed, or SQLite failed.
    """
    if len(rows) == 1:
        execute_when_free(connection, statement, rows[0], deadline)
        return
    begin(connection, deadline)
    with commit_or_roll_back(connection):
        connection.executemany(statement, rows)


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
