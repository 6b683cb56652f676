"""Rows that were written last, which have no index yet: a commit writes one page, not five.

`results` is a view of ``recent_results`` and ``indexed_results``: whoever reads it sees all.
"""

import sqlite3
import threading
from collections.abc import Sequence

from windvane.result_log.errors import ResultLogUnavailableError
from windvane.result_log.record import ResultRecord
from windvane.result_log.sqlite.sqlite_database import SqliteDatabase
from windvane.result_log.sqlite.sqlite_rows import COLUMNS, FIELDS
from windvane.result_log.time_limits import READ_SECONDS

PUT = f"INSERT INTO recent_results ({COLUMNS}) VALUES ({', '.join('?' * len(FIELDS))})"  # noqa: S608 - our own names
PUT_AGAIN = (
    f"INSERT INTO recent_results ({COLUMNS}) "  # noqa: S608 - our own names
    f"SELECT {', '.join(f'?{i}' for i in range(1, len(FIELDS) + 1))} "
    f"WHERE NOT EXISTS (SELECT 1 FROM results WHERE result_id = ?{FIELDS.index('result_id') + 1})"
)
"""For rows that may be there already."""

MOVE = (
    f"INSERT OR REPLACE INTO indexed_results ({COLUMNS}) SELECT {COLUMNS} FROM recent_results",  # noqa: S608 - our own names
    "DELETE FROM recent_results",
)
ROWS = 100
"""Rows after which they are indexed; a text counts for a row each `CHARS`. It takes about a
millisecond, in which requests cannot write."""

CHARS = 1000


class RecentRows:
    """Indexes rows in a thread of their own each time that there are `ROWS` of them.

    Attributes:
        running: Held while the thread runs.
    """

    def __init__(self, database: SqliteDatabase) -> None:
        """Start no thread yet."""
        self.running = threading.Lock()
        self._database = database
        self._rows = 0

    def count(self, records: Sequence[ResultRecord]) -> None:
        """Count records that were written, and index all if there are enough.

        Threads that count at the same time may lose some: the rows are indexed a little later.
        """
        self._rows += sum(1 + len(record.text or "") // CHARS for record in records)
        if self._rows < ROWS or not self.running.acquire(blocking=False):
            return
        self._rows = 0
        try:
            threading.Thread(target=self._run, name="index results").start()
        except RuntimeError:  # no thread can be started
            self.running.release()

    def _run(self) -> None:
        try:
            self._index_rows()
        except ResultLogUnavailableError as error:
            # Imported late, as by `SqliteConnections`. The rows are read where they are.
            from windvane.observability import logger

            logger.error("results not indexed yet", reason=str(error))
        finally:
            self.running.release()

    def _index_rows(self) -> None:
        with self._database.write(READ_SECONDS) as connection:
            index_rows(connection)


def index_rows(connection: sqlite3.Connection) -> None:
    """Index all rows, in the transaction that is open: one that changes rows needs them so."""
    for statement in MOVE:
        connection.execute(statement)
