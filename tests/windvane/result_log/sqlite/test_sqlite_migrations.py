"""Files of earlier versions: opened and brought up to date, by several processes at once."""

import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from tests.conftest import REPOSITORY
from tests.windvane.result_log.records import make_record
from windvane.result_log.query import ResultQuery
from windvane.result_log.record import ResultRecord
from windvane.result_log.sqlite.sqlite_log import SqliteResultLog
from windvane.result_log.sqlite.sqlite_rows import FIELDS, to_row, to_statement
from windvane.result_log.sqlite.sqlite_schema import SCHEMA_VERSION

VERSION_1 = """
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
    feedback_label TEXT
);
CREATE INDEX results_by_label ON results (label, result_id);
CREATE INDEX results_by_expiry ON results (expires_at);
CREATE TABLE kept_answers (
    key_hash TEXT PRIMARY KEY,
    request_hash TEXT NOT NULL,
    claimant TEXT NOT NULL,
    answer BLOB,
    expires_at INTEGER NOT NULL
);
CREATE INDEX kept_answers_by_expiry ON kept_answers (expires_at);
PRAGMA user_version = 1;
PRAGMA application_id = 4711;
"""
"""The schema before results had a client."""

VERSION_2 = f"""
{VERSION_1}
ALTER TABLE results ADD COLUMN client TEXT;
CREATE INDEX results_by_client ON results (client, result_id) WHERE client IS NOT NULL;
PRAGMA user_version = 2;
"""
"""The schema before results had unknown tokens and a language."""

VERSION_3 = f"""
{VERSION_2}
ALTER TABLE results ADD COLUMN unknown_tokens INTEGER;
ALTER TABLE results ADD COLUMN language TEXT;
PRAGMA user_version = 3;
"""
"""The schema before results had a subject."""

VERSION_4 = f"""
{VERSION_3}
ALTER TABLE results ADD COLUMN subject_hash TEXT;
CREATE INDEX results_by_subject ON results (subject_hash, result_id)
    WHERE subject_hash IS NOT NULL;
CREATE TABLE subject_key (key BLOB NOT NULL);
PRAGMA user_version = 4;
"""
"""The schema before recent results had a table of their own."""

VERSION_5 = f"""
{VERSION_4}
PRAGMA legacy_alter_table = ON;
ALTER TABLE results RENAME TO indexed_results;
PRAGMA legacy_alter_table = OFF;
CREATE TABLE recent_results AS SELECT * FROM indexed_results LIMIT 0;
CREATE VIEW results AS SELECT * FROM indexed_results UNION ALL SELECT * FROM recent_results;
PRAGMA user_version = 5;
"""  # noqa: S608 - our own names
"""The schema while recent results had one."""

OPEN_AND_WRITE = """
import sys
from tests.windvane.result_log.records import make_record
from windvane.result_log.sqlite.sqlite_log import SqliteResultLog
SqliteResultLog(sys.argv[1]).write([make_record(client="partner")])
"""


@pytest.fixture(
    params=[VERSION_1, VERSION_2, VERSION_3, VERSION_4, VERSION_5],
    ids=["version-1", "version-2", "version-3", "version-4", "version-5"],
)
def old_records(sqlite_path: Path, request: pytest.FixtureRequest) -> list[ResultRecord]:
    """Records, newest first, in a file of an older version."""
    made = (make_record(unknown_tokens=None) for _ in range(50))
    records = sorted(made, key=lambda one: one.result_id)[::-1]
    sqlite_path.parent.mkdir()
    with closing(sqlite3.connect(sqlite_path)) as connection, connection:
        connection.execute("PRAGMA journal_mode = WAL")
        connection.executescript(request.param)
        if request.param in {VERSION_4, VERSION_5}:
            connection.execute("INSERT INTO subject_key VALUES (zeroblob(32))")
        there = [name for _, name, *_ in connection.execute("PRAGMA table_info(results)")]
        rows = [dict(zip(FIELDS, to_row(record), strict=True)) for record in records]
        tables = (
            ["recent_results", "indexed_results"] if request.param == VERSION_5 else ["results"]
        )
        for place, table in enumerate(tables):
            connection.executemany(
                f"INSERT INTO {table} ({', '.join(there)}) VALUES ({', '.join('?' * len(there))})",  # noqa: S608 - our own names
                [[row[name] for name in there] for row in rows[place :: len(tables)]],
            )
        connection.execute("CREATE VIEW mine AS SELECT result_id FROM results")
    return records


def _describe(path: Path) -> dict[str, str]:
    with closing(sqlite3.connect(path)) as connection:
        tables = [name for (name,) in connection.execute("SELECT name FROM sqlite_master")]
        columns = [
            (f"{table}.{name}", kind)
            for table in tables
            for _, name, kind, *_ in connection.execute(f"PRAGMA table_info({table})")
        ]
        indexes = connection.execute(
            "SELECT name, replace(sql, '\"', '') FROM sqlite_master WHERE type = 'index'"
        )
        return dict([*columns, *indexes])


def test_log_of_an_older_version_keeps_its_records_and_takes_clients(
    sqlite_path: Path, old_records: list[ResultRecord]
) -> None:
    with closing(SqliteResultLog(sqlite_path)) as log:
        record = make_record(client="partner")
        log.write([record])
        log.set_feedback(old_records[0].result_id, "neutral")

        assert log.list(ResultQuery(limit=200)).results[2:] == old_records[1:]
        assert log.list(ResultQuery(client="partner")).results == [record]
        assert log.read(old_records[1].result_id) == old_records[1]
        assert log.read(old_records[1].result_id, client="partner") is None
        assert log.delete(old_records[2].result_id)


def test_log_of_an_older_version_becomes_what_a_new_one_is(
    sqlite_path: Path, old_records: list[ResultRecord], tmp_path: Path
) -> None:
    SqliteResultLog(sqlite_path).close()
    SqliteResultLog(tmp_path / "new.db").close()
    with closing(sqlite3.connect(sqlite_path)) as connection, connection:
        assert connection.execute("SELECT count(*) FROM mine").fetchone() == (len(old_records),)
        connection.execute("DROP VIEW mine")

    assert _describe(sqlite_path) == _describe(tmp_path / "new.db")
    with closing(sqlite3.connect(sqlite_path)) as connection:
        assert connection.execute("PRAGMA user_version").fetchone() == (SCHEMA_VERSION,)
        assert connection.execute("PRAGMA application_id").fetchone() == (4711,)
        assert connection.execute("SELECT count(*) FROM results").fetchone() == (len(old_records),)


def test_log_of_an_older_version_is_brought_up_to_date_once_by_several_processes(
    sqlite_path: Path, old_records: list[ResultRecord]
) -> None:
    command = [sys.executable, "-c", OPEN_AND_WRITE, str(sqlite_path)]

    processes = [subprocess.Popen(command, cwd=REPOSITORY) for _ in range(3)]

    assert [process.wait() for process in processes] == [0, 0, 0]
    with closing(SqliteResultLog(sqlite_path)) as log:
        assert len(log.list(ResultQuery(client="partner")).results) == 3
        assert len(log.list(ResultQuery(limit=200)).results) == 3 + len(old_records)


def test_log_reads_on_while_the_migration_is_only_in_the_write_ahead_log(
    sqlite_path: Path, old_records: list[ResultRecord]
) -> None:
    with closing(sqlite3.connect(sqlite_path)) as reader:
        reader.execute("BEGIN")
        reader.execute("SELECT count(*) FROM results").fetchone()  # holds up the checkpoint
        with closing(SqliteResultLog(sqlite_path)) as log:
            log.write([make_record(client="partner")])
            with closing(sqlite3.connect(sqlite_path)) as connection:
                connection.execute("PRAGMA wal_checkpoint(PASSIVE)")

            assert len(log.list(ResultQuery(limit=200)).results) == 1 + len(old_records)


@pytest.mark.parametrize("label", [None, "positive"])
def test_log_finds_a_clients_records_by_its_index(sqlite_path: Path, label: str | None) -> None:
    with closing(SqliteResultLog(sqlite_path)) as log:
        log.write([make_record(), make_record(client="partner")])

    statement, values = to_statement(ResultQuery(client="partner", label=label))

    with closing(sqlite3.connect(sqlite_path)) as connection:
        plan = [step for *_, step in connection.execute(f"EXPLAIN QUERY PLAN {statement}", values)]
    assert plan == ["SEARCH results USING INDEX results_by_client (client=?)"]
