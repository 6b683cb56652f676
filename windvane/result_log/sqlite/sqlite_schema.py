"""The schema of the SQLite file, and its creation."""

import os
import secrets
import sqlite3
import time
from contextlib import suppress
from pathlib import Path

from windvane.result_log.errors import ResultLogOpenError
from windvane.result_log.sqlite.sqlite_writing import begin, commit_or_roll_back, is_busy

SCHEMA_VERSION = 6

INDEX_BY_CLIENT = (
    "CREATE INDEX results_by_client ON results (client, result_id) WHERE client IS NOT NULL;"
)
SUBJECTS = """
CREATE INDEX results_by_subject ON results (subject_hash, result_id)
    WHERE subject_hash IS NOT NULL;
CREATE TABLE subject_key (key BLOB NOT NULL);
"""
ADD_KEY = "INSERT INTO subject_key SELECT ? WHERE NOT EXISTS (SELECT 1 FROM subject_key)"
SUBJECT_KEY_BYTES = 32
"""As many as SHA-256 gives: https://www.rfc-editor.org/rfc/rfc2104#section-3."""

SCHEMA = f"""
CREATE TABLE results (
    result_id TEXT PRIMARY KEY,
    created_at TEXT NOT NULL,
    label TEXT NOT NULL,
    score REAL NOT NULL,
    scores TEXT NOT NULL,
    tokens INTEGER NOT NULL,
    chars INTEGER NOT NULL,
    model TEXT NOT NULL,
    route TEXT NOT NULL,
    expires_at INTEGER NOT NULL,
    text TEXT,
    text_sha256 TEXT,
    feedback_label TEXT,
    client TEXT,
    unknown_tokens INTEGER,
    language TEXT,
    subject_hash TEXT
);
CREATE INDEX results_by_label ON results (label, result_id);
CREATE INDEX results_by_expiry ON results (expires_at);
{INDEX_BY_CLIENT}
{SUBJECTS}
CREATE TABLE kept_answers (
    key_hash TEXT PRIMARY KEY,
    request_hash TEXT NOT NULL,
    claimant TEXT NOT NULL,
    answer BLOB,
    expires_at INTEGER NOT NULL
);
CREATE INDEX kept_answers_by_expiry ON kept_answers (expires_at);
PRAGMA user_version = {SCHEMA_VERSION};
"""
MIGRATIONS = {
    1: f"""
ALTER TABLE results ADD COLUMN client TEXT;
{INDEX_BY_CLIENT}
PRAGMA user_version = 2;
""",
    2: """
ALTER TABLE results ADD COLUMN unknown_tokens INTEGER;
ALTER TABLE results ADD COLUMN language TEXT;
PRAGMA user_version = 3;
""",
    3: f"""
ALTER TABLE results ADD COLUMN subject_hash TEXT;
{SUBJECTS}
PRAGMA user_version = 4;
""",
    4: "PRAGMA user_version = 6;",
    5: """
INSERT OR REPLACE INTO indexed_results SELECT * FROM recent_results;
DROP VIEW results;
DROP TABLE recent_results;
PRAGMA legacy_alter_table = ON;
ALTER TABLE indexed_results RENAME TO results;
PRAGMA legacy_alter_table = OFF;
PRAGMA user_version = 6;
""",
}
"""What turns a database of a version into one of a later one. Version 5 alone had two tables."""

OPEN_SECONDS = 5.0
"""How long opening waits for another process that creates the same database."""

PAUSE_SECONDS = 0.01


def make_file(path: Path) -> None:
    """Create the file and its folder if they are missing, readable only by their owner.

    Raises:
        OSError: The file cannot be created.
    """
    make_folder(path)
    # An existing file is not opened: closing it again would drop this process's locks on it
    # (https://www.sqlite.org/howtocorrupt.html, section 2.2).
    with suppress(FileExistsError):
        # SQLite gives the -wal and -shm files the same mode.
        os.close(os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600))


def make_folder(path: Path) -> None:
    """Create the folder of the file if it is missing.

    Raises:
        OSError: It cannot be created.
    """
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)


def prepare(connection: sqlite3.Connection, path: Path, seconds: float = OPEN_SECONDS) -> None:
    """Create the tables if there are none, or bring them up to date.

    A new database is marked by a random number, and gets a random key for subjects.

    Args:
        connection: A connection to the file.
        path: The file, for error messages.
        seconds: How long to wait for other processes.

    Raises:
        ResultLogOpenError: The database belongs to another program, or to a newer version.
        sqlite3.Error: The file is not a database, or was locked for too long.
    """
    deadline = time.monotonic() + seconds
    connection.execute(f"PRAGMA busy_timeout = {int(seconds * 1000)}")
    _turn_wal_on(connection, deadline)
    begin(connection, deadline)
    with commit_or_roll_back(connection):
        version = _read_version(connection)
        tables = connection.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]
        if version > SCHEMA_VERSION:
            raise ResultLogOpenError(
                f"The result log {path} is of version {version}, which a newer Windvane "
                f"made; this one reads version {SCHEMA_VERSION}"
            )
        if not version and tables:
            raise ResultLogOpenError(f"{path} is the database of something else")
        if version == SCHEMA_VERSION:
            return
        if not version:
            _execute_all(connection, SCHEMA)
            connection.execute(f"PRAGMA application_id = {secrets.randbits(31)}")
        while (version := _read_version(connection)) < SCHEMA_VERSION:
            _execute_all(connection, MIGRATIONS[version])
        connection.execute(ADD_KEY, (secrets.token_bytes(SUBJECT_KEY_BYTES),))


def _read_version(connection: sqlite3.Connection) -> int:
    version: int = connection.execute("PRAGMA user_version").fetchone()[0]
    return version


def _execute_all(connection: sqlite3.Connection, statements: str) -> None:
    """Execute statements in the transaction that is open, which `executescript` would commit."""
    for statement in statements.split(";"):
        connection.execute(statement)


def _turn_wal_on(connection: sqlite3.Connection, deadline: float) -> None:
    """Turn write-ahead logging on, with retries: SQLite does not wait for others doing the same."""
    while True:
        try:
            connection.execute("PRAGMA journal_mode = WAL")
        except sqlite3.OperationalError as error:
            if not is_busy(error) or time.monotonic() >= deadline:
                raise
            time.sleep(PAUSE_SECONDS)
        else:
            return
